"""dbt: the manifest of a project in, its properties out, and where plan and project disagree."""
