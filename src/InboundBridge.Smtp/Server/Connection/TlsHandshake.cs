using System.Diagnostics.CodeAnalysis;
using System.Net.Security;

namespace InboundBridge.Smtp.Server.Connection;

/// <summary>The server's side of a TLS handshake, after STARTTLS (RFC 3207) or from the first octet (RFC 8314).</summary>
internal static class TlsHandshake
{
    /// <summary>A handshake that takes longer is an attack, or the network has failed. Postfix allows 300 s.</summary>
    private static readonly TimeSpan HandshakeTime = TimeSpan.FromSeconds(30);

    /// <summary>False when the handshake failed; the observer has been told why.</summary>
    [SuppressMessage("Security", "CA5359",
        Justification = "Many mail servers have certificates of authorities unknown to us; that is no reason to refuse mail.")]
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
            // Whether the client or our certificate is the cause: without TLS the connection can't go on.
            observer.TlsFailed(peer, error is OperationCanceledException ? Ended(deadline.IsCancellationRequested) : error);
            return false;
        }

        SslServerAuthenticationOptions OptionsFor(SslClientHelloInfo hello)
        {
            var options = listener.TlsOptions!(hello.ServerName);
            // Windows configures cipher suites for the whole machine and throws when given a policy.
            if (!OperatingSystem.IsWindows())
                options.CipherSuitesPolicy ??= listener.Ciphers?.Invoke(hello.SslProtocols);
            if (options.ClientCertificateRequired)
                options.RemoteCertificateValidationCallback = certificate.Observe;
            return options;
        }
    }

    /// <summary>Says why the handshake was cancelled.</summary>
    private static IOException Ended(bool isLate) =>
        new(isLate ? $"no handshake within {HandshakeTime.TotalSeconds:0} s" : "we are closing down");
}
