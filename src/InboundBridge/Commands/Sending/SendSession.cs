using InboundBridge.Smtp.Client;

namespace InboundBridge.Commands.Sending;

/// <summary>One connection at a time to one server; a new one when the server wants no more mail on the old one.</summary>
internal sealed class SendSession(SmtpClientOptions options, TimeProvider time) : IDisposable
{
    private SmtpClientSession? _session;

    /// <exception cref="SmtpClientException">No session can be had.</exception>
    public async ValueTask<SmtpSendResult> SendAsync(SmtpClientMessage message, CancellationToken cancellationToken)
    {
        if (_session is { IsUsable: false } used)
        {
            await used.QuitAsync();
            used.Dispose();
            _session = null;
        }
        _session ??= await SmtpClientSession.OpenAsync(options, SmtpSockets.DialAsync, time, cancellationToken);
        return await _session.SendAsync(message, cancellationToken);
    }

    public async ValueTask QuitAsync()
    {
        if (_session is not null)
            await _session.QuitAsync();
    }

    public void Dispose() => _session?.Dispose();
}
