"""The project's settings with the migration linter's own command added; used by script/test only."""

from lpdqa import settings as project

globals().update({name: value for name, value in vars(project).items() if name.isupper()})
INSTALLED_APPS = [*project.INSTALLED_APPS, "django_migration_linter"]
