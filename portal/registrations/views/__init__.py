"""What people see and do: register, come, run a session, keep what it leaves. GET shows, POST does."""
