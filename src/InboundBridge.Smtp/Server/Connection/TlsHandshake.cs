using System.Diagnostics.CodeAnalysis;
using System.Net.Security;

namespace InboundBridge.Smtp.Server.Connection;

/// <summary>The server's side of a TLS handshake, after STARTTLS (RFC 3207) or from the first octet (RFC 8314).</summary>
internal static class TlsHandshake
{
    /// <summary>A handshake that takes longer is an attack or a dead path; Postfix allows 300 s, we hold the connection for less.</summary>
    private static readonly TimeSpan HandshakeTime = TimeSpan.FromSeconds(30);

    /// <summary>False when it failed; the cause went to the observer.</summary>
    [SuppressMessage("Security", "CA5359", Justification = "Many mail servers show certificates of authorities unknown to us; that is no reason to refuse mail.")]
    public static async ValueTask<bool> RunAsync(
        SmtpConversation conversation, SmtpPeer peer, SmtpListenerOptions listener, ISmtpSessionObserver observer, CancellationToken abort)
    {
        using var deadline = new CancellationTokenSource(HandshakeTime, conversation.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, abort, conversation.Shutdown);
        var certificate = new ClientCertificateCheck();
        try
        {
            var stream = await conversation.Transport.UpgradeAsync(OptionsFor, either.Token);
            var tls = SmtpTls.From(stream);
            peer.Tls = certificate.Verified ? tls : tls with { ClientCertificate = null };
            observer.TlsStarted(peer);
            return true;
        }
        catch (Exception error)
        {
            // Whatever it was, of the peer's making or of our certificates': there is no TLS, and without it nothing more to say.
            observer.TlsFailed(peer, error is OperationCanceledException ? Ended(deadline.IsCancellationRequested) : error);
            return false;
        }

        SslServerAuthenticationOptions OptionsFor(SslClientHelloInfo hello)
        {
            var options = listener.TlsOptions!(hello.ServerName);
            // Windows chooses suites for the whole machine, and refuses a list of ours.
            if (!OperatingSystem.IsWindows())
                options.CipherSuitesPolicy ??= listener.Ciphers?.Invoke(hello.SslProtocols);
            if (options.ClientCertificateRequired)
                options.RemoteCertificateValidationCallback = certificate.Observe;
            return options;
        }
    }

    /// <summary>A cancellation would not say why.</summary>
    private static IOException Ended(bool isLate) =>
        new(isLate ? $"no handshake within {HandshakeTime.TotalSeconds:0} s" : "we are closing down");
}
