"""How a door asks for the store."""

from typing import Annotated

from fastapi import Depends
from sqlalchemy.orm import Session

from app.database import get_session, get_writing_session

# With FastAPI's default scope the session would end only after the answer was sent.
Reading = Annotated[Session, Depends(get_session, scope="function")]
Writing = Annotated[Session, Depends(get_writing_session, scope="function")]
