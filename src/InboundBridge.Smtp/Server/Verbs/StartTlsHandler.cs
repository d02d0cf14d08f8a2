using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Server.Verbs;

/// <summary>STARTTLS (RFC 3207), and the handshake of implicit TLS (RFC 8314).</summary>
internal static class StartTlsHandler
{
    /// <summary>A handshake that takes longer is an attack or a dead path; Postfix allows 300 s, we hold the connection for less.</summary>
    private static readonly TimeSpan HandshakeTime = TimeSpan.FromSeconds(30);

    public static async ValueTask<SmtpAnswer> HandleAsync(SmtpSessionContext context)
    {
        if (context.Peer.Tls is not null)
            return SmtpReplies.TlsAlready;
        if (!context.CanStartTls)
            return SmtpReplies.NotImplemented;
        // Plain text behind the command would be read as if it had come under TLS: the injection of CVE-2011-0411.
        if (context.Conversation.HasBufferedInput)
            return SmtpReplies.PipelinedOverStartTls;
        context.Conversation.Write(SmtpReplies.StartTls);
        await context.Conversation.FlushAsync(context.Abort);
        if (!await HandshakeAsync(context.Conversation, context.Peer, context.Listener, context.Server, context.Abort))
            return SmtpAnswer.Leave(SmtpConnectionOutcome.TlsFailed);
        // RFC 3207 §4.2: what was learnt in the clear is forgotten.
        await context.ResetTransactionAsync();
        context.State = SmtpState.Connected;
        context.Peer.Helo = null;
        context.Peer.Esmtp = false;
        context.Peer.User = null;
        return SmtpAnswer.Written;
    }

    /// <summary>A cancellation would not say why.</summary>
    private static IOException Ended(bool isLate) =>
        new(isLate ? $"no handshake within {HandshakeTime.TotalSeconds:0} s" : "we are closing down");

    /// <summary>False when it failed; the cause went to the observer.</summary>
    [SuppressMessage("Security", "CA5359", Justification = "Many mail servers show certificates of authorities unknown to us; that is no reason to refuse mail.")]
    public static async ValueTask<bool> HandshakeAsync(
        SmtpConversation conversation, SmtpPeer peer, SmtpListenerOptions listener, SmtpServerState server, CancellationToken abort)
    {
        using var deadline = new CancellationTokenSource(HandshakeTime, server.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, abort, conversation.Shutdown);
        var certificate = new ClientCertificateCheck();
        try
        {
            var stream = await conversation.Transport.UpgradeAsync(OptionsFor, either.Token);
            var tls = SmtpTls.From(stream);
            peer.Tls = certificate.Verified ? tls : tls with { ClientCertificate = null };
            server.Observer.TlsStarted(peer);
            return true;
        }
        catch (Exception error)
        {
            // Whatever it was, of the peer's making or of our certificates': there is no TLS, and without it nothing more to say.
            server.Observer.TlsFailed(peer, error is OperationCanceledException ? Ended(deadline.IsCancellationRequested) : error);
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
}
