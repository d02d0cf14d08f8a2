using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Smtp.Client;

/// <summary>Opens a session: greeting, EHLO, STARTTLS, AUTH. Throws when that fails; such a failure is not about any message.</summary>
internal sealed class SmtpHandshake(SmtpWire wire, SmtpClientOptions options, CancellationToken cancellationToken)
{
    public SmtpExtensions Offered { get; private set; } = SmtpExtensions.None;

    public bool Encrypted { get; private set; }

    /// <summary>The connection is encrypted and the server's certificate is valid.</summary>
    public bool Trusted => Encrypted && CertificateFault is null;

    /// <summary>Null for a valid certificate, and before there is one.</summary>
    public SmtpCertificateFault? CertificateFault { get; private set; }

    /// <param name="withoutTls">Don't use opportunistic TLS, because its handshake has failed before.</param>
    public async ValueTask RunAsync(bool withoutTls)
    {
        Encrypted = options.IsProtected;
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
            throw SmtpClientException.NoTls("the server does not offer STARTTLS, and mail may not go to it unencrypted");
        var reply = await AskAsync("STARTTLS");
        if (reply.Code != 220)
            throw SmtpClientException.NoTls($"the server refused STARTTLS: {reply.Code} {reply.Text.ReplaceLineEndings(" ")}");
        await SecureAsync();
        // RFC 3207 §4.2: forget what the server said before TLS.
        await HelloAsync();
    }

    private async ValueTask SecureAsync()
    {
        var name = options.CertificateName ?? (options.Server.UnixPath is null ? options.Server.Host : "localhost");
        var policy = new SslClientAuthenticationOptions
        {
            TargetHost = name,
            CertificateChainPolicy = ChainPolicy(),
            RemoteCertificateValidationCallback = Judge,
        };
        try
        {
            await wire.SecureAsync(policy, options.CommandTimeout, cancellationToken);
        }
        catch (SmtpClientException fault) when (fault.Fault == SmtpFault.Tls && CertificateFault is { } why && NeedsValidCertificate)
        {
            throw SmtpClientException.Certificate(name, why, fault);
        }
        Encrypted = true;
    }

    private bool NeedsValidCertificate => options.Tls != SmtpTlsMode.Opportunistic && !options.TakesAnyCertificate;

    /// <summary>
    /// Opportunistic TLS accepts any certificate (RFC 7435). Whether it is valid still matters for mail with REQUIRETLS and for reports.
    /// </summary>
    private bool Judge(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        CertificateFault = options.CertificateCheck is not { } check
            ? FaultOf(chain, errors)
            : certificate is X509Certificate2 own ? check(own, chain?.ChainPolicy.ExtraStore ?? []) : SmtpCertificateFault.NotTrusted;
        return CertificateFault is null || !NeedsValidCertificate;
    }

    /// <summary>Of several faults, an unknown authority says the most, and a wrong name more than an old date.</summary>
    private static SmtpCertificateFault? FaultOf(X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
            return null;
        var status = chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, each) => all | each.Status) ?? default;
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable)
            || (status & ~X509ChainStatusFlags.NotTimeValid) != X509ChainStatusFlags.NoError)
            return SmtpCertificateFault.NotTrusted;
        return errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            ? SmtpCertificateFault.HostMismatch : SmtpCertificateFault.Expired;
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
