"""A panellist's pages: from the personal link to the last answer, and the way out."""

from delphi.pages.answer import information, join, questions, rating, review, start, summary, withdraw

ROUTES = (
    join.JoinPages,
    start.StartPages,
    information.InformationPages,
    rating.RatingPages,
    questions.QuestionPages,
    review.ReviewPages,
    summary.SummaryPages,
    withdraw.WithdrawPages,
    withdraw.WithdrawnPages,
)
