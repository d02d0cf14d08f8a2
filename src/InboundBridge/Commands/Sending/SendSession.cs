using InboundBridge.Smtp.Client;

namespace InboundBridge.Commands.Sending;

/// <summary>Keeps one connection to a server, and opens a new one when the server accepts no more mail on the old one.</summary>
internal sealed class SendSession(SmtpClientOptions options, TimeProvider time) : IDisposable
{
    private SmtpClientSession? _session;

    /// <exception cref="SmtpClientException">The session can't be opened.</exception>
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
