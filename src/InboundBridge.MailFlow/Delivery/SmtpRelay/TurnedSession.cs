using InboundBridge.MailFlow.Queue.Destinations;
using InboundBridge.Smtp.Client;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.MailFlow.Delivery.SmtpRelay;

/// <summary>The SMTP session over a connection that its receiver has turned round (RFC 2645 §5.3). The receiver greets us first.</summary>
/// <param name="shutdown">Ends the wait for the greeting.</param>
internal sealed class TurnedSession(
    SmtpClientOptions options, TurnedConnection connection, TimeProvider clock, CancellationToken shutdown) : ITurnedSession
{
    private SmtpClientSession? _session;
    private bool _hasFailed;

    public string Host => connection.Host;

    public bool IsUsable => !_hasFailed && _session?.IsUsable != false;

    public bool IsUnheard { get; private set; }

    /// <summary>Opens the session at the first mail. Faults become replies; only cancellation throws.</summary>
    public async ValueTask<SmtpSendResult> SendAsync(SmtpClientMessage message, CancellationToken cancellationToken)
    {
        if (_session is null && await OpenAsync(cancellationToken) is { } fault)
            return new SmtpSendResult(SmtpSendStage.Connect, [.. Enumerable.Repeat(fault, message.Recipients.Count)]);
        return await _session!.SendAsync(message, cancellationToken);
    }

    public ValueTask QuitAsync() => _session?.QuitAsync() ?? ValueTask.CompletedTask;

    public void Dispose() => _session?.Dispose();

    /// <summary>Null: the session is open.</summary>
    private async ValueTask<SmtpReply?> OpenAsync(CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, shutdown);
        _hasFailed = true;
        try
        {
            _session = await SmtpClientSession.OpenAsync(
                options, (_, _) => ValueTask.FromResult(connection.Octets), clock, either.Token);
            _hasFailed = false;
            return null;
        }
        catch (SmtpClientException fault)
        {
            IsUnheard = fault.Fault is SmtpFault.Lost or SmtpFault.TimedOut or SmtpFault.Unreachable;
            return fault.Reply;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            IsUnheard = true;
            return SmtpReply.Create(451, 3, 2, "we were closing down before the receiver was ready", "shutdown");
        }
    }
}
