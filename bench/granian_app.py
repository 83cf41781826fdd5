"""The toolkit for granian: ``granian bench.granian_app:app``, which takes an application but no factory of ours."""

from survey.app import create_app

app = create_app()
