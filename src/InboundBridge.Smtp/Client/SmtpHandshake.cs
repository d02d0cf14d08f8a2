using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Client;

/// <summary>Opens a session: greeting, EHLO, STARTTLS, AUTH. Throws when that fails; such a failure is not about any message.</summary>
internal sealed class SmtpHandshake(SmtpWire wire, SmtpClientOptions options, CancellationToken cancellationToken)
{
    private bool _certificateIsValid = options is { Tls: SmtpTlsMode.Require or SmtpTlsMode.Implicit, TakesAnyCertificate: false };

    public SmtpExtensions Offered { get; private set; } = SmtpExtensions.None;

    public bool Encrypted { get; private set; }

    /// <summary>The connection is encrypted and the server's certificate is valid.</summary>
    public bool Trusted => Encrypted && _certificateIsValid;

    /// <param name="withoutTls">Don't use opportunistic TLS, because its handshake has failed before.</param>
    public async ValueTask RunAsync(bool withoutTls)
    {
        if (options.Tls == SmtpTlsMode.Implicit)
            await SecureAsync();
        var banner = await wire.ReadReplyAsync(options.CommandTimeout, cancellationToken);
        if (banner.Code != 220)
            throw SmtpClientException.Refused(banner);
        await HelloAsync();
        if (options.Tls == SmtpTlsMode.Require || (options.Tls == SmtpTlsMode.Opportunistic && Offered.StartTls && !withoutTls))
            await StartTlsAsync();
        if (options.Credentials is not null)
            await SmtpAuthentication.SignInAsync(wire, options, Offered, Encrypted, cancellationToken);
    }

    private async ValueTask HelloAsync()
    {
        var reply = await AskAsync($"{(options.Lmtp ? "LHLO" : "EHLO")} {options.Hostname}");
        if (reply.Code == 250)
        {
            RefuseOwnName(reply);
            Offered = SmtpExtensions.From(reply);
            return;
        }
        // RFC 5321 §3.2: very old servers know only HELO.
        if (reply.IsPermanentFailure && !options.Lmtp)
            reply = await AskAsync($"HELO {options.Hostname}");
        if (reply.Code != 250 || options.Lmtp)
            throw SmtpClientException.Refused(reply);
        Offered = SmtpExtensions.None;
    }

    private void RefuseOwnName(SmtpReply greeting)
    {
        var text = greeting.Text.AsSpan();
        var name = text[..(text.IndexOfAny(' ', '\n') is var end and >= 0 ? end : text.Length)];
        if (options.RefuseOwnName && name.Equals(options.Hostname, StringComparison.OrdinalIgnoreCase))
            throw SmtpClientException.Refused(
                SmtpReply.Create(554, 4, 6, "the server calls itself by our own name: mail would loop", "loop"));
    }

    private async ValueTask StartTlsAsync()
    {
        if (!Offered.StartTls)
            throw SmtpClientException.Tls("the server does not offer STARTTLS, which this destination requires");
        var reply = await AskAsync("STARTTLS");
        if (reply.Code != 220)
            throw SmtpClientException.Tls($"the server refused STARTTLS: {reply.Code} {reply.Text.ReplaceLineEndings(" ")}");
        await SecureAsync();
        // RFC 3207 §4.2: forget what the server said before TLS.
        await HelloAsync();
    }

    [SuppressMessage("Security", "CA5359",
        Justification = "Opportunistic TLS checks no certificate (RFC 7435); the modes that promise a check use ChainPolicy.")]
    private async ValueTask SecureAsync()
    {
        var name = options.CertificateName ?? (options.Server.UnixPath is null ? options.Server.Host : "localhost");
        var policy = new SslClientAuthenticationOptions { TargetHost = name };
        if (options.Tls == SmtpTlsMode.Opportunistic || options.TakesAnyCertificate)
            policy.RemoteCertificateValidationCallback = Observe;
        else
            policy.CertificateChainPolicy = ChainPolicy();
        await wire.SecureAsync(policy, options.CommandTimeout, cancellationToken);
        Encrypted = true;
    }

    /// <summary>Opportunistic TLS accepts any certificate. Whether it is valid still matters for mail with REQUIRETLS.</summary>
    private bool Observe(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        _certificateIsValid = errors == SslPolicyErrors.None;
        return true;
    }

    /// <summary>
    /// Fetches neither revocation lists nor missing intermediate certificates, which would add network look-ups to a delivery.
    /// </summary>
    private X509ChainPolicy ChainPolicy()
    {
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (options.TrustedRoots is { } roots)
        {
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(roots);
        }
        return policy;
    }

    private ValueTask<SmtpReply> AskAsync(string command) => wire.AskAsync(command, options.CommandTimeout, cancellationToken);
}
