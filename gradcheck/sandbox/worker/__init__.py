"""The worker: the part of gradcheck that shares a process with the student's code.

It loads a submission, describes it, executes call programs on it, and knows nothing
about gradients. It needs the standard library and NumPy, and imports nothing of the
judge's: its modules import each other relatively, so that this folder works wherever
it lies. Run as ``python -I <this folder> <request fd> <reply fd>``.
"""
