"""Pictures of forms → cells with their texts. Needs the extra ``scan``; import it where a scan was seen."""
