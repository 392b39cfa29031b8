"""report"""
def report(forum, language): return {}
