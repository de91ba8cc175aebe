"""Terminal and progress: whatever a person looks at."""
