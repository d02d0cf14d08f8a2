using System.Collections.Concurrent;
using InboundBridge.Smtp.Protocol;
using InboundBridge.Smtp.Server;

namespace InboundBridge.UnitTests.Smtp.Server;

/// <summary>Keeps what sessions report.</summary>
internal sealed class RecordingObserver : ISmtpSessionObserver
{
    public ConcurrentQueue<Exception> Faults { get; } = [];

    public ConcurrentQueue<SmtpRefusal> Refusals { get; } = [];

    public ConcurrentQueue<(SmtpConnectionOutcome Outcome, int Messages)> Ends { get; } = [];

    public ConcurrentQueue<Exception> TlsFailures { get; } = [];

    public ConcurrentQueue<string?> FailedUsers { get; } = [];

    public void Faulted(SmtpPeer peer, SmtpVerb verb, Exception error) => Faults.Enqueue(error);

    public void Refused(SmtpPeer peer, SmtpRefusal refusal) => Refusals.Enqueue(refusal);

    public void Ended(SmtpPeer peer, SmtpConnectionOutcome outcome, int messages) => Ends.Enqueue((outcome, messages));

    public void TlsFailed(SmtpPeer peer, Exception error) => TlsFailures.Enqueue(error);

    public void AuthenticationFailed(SmtpPeer peer, string mechanism, string? user) => FailedUsers.Enqueue(user);
}
