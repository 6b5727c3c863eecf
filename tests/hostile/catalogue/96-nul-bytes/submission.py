x = 1
y = '@NUL@'
