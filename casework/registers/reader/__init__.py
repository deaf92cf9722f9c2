"""What reads an uploaded file, in a process of its own that may fail, swell or hang alone.

Standard library only, and none of the service: it starts in hundredths of a second and holds no
secret. ``casework.registers.reading`` starts it and takes the rows as they come.
"""
