using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.Api.Json;

internal sealed record AttemptJson(int Number, DateTimeOffset Started, TimeSpan Duration, string Outcome, string Reply)
{
    public static AttemptJson Of(FailedAttempt attempt) =>
        new(attempt.Number, attempt.Started, attempt.Duration, attempt.Outcome, attempt.Reply.Text);
}
