using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using InboundBridge.Text;

namespace InboundBridge.MailFlow.Spool.Postgres.Opening;

/// <summary>
/// Finds out why the certificate of a database was not accepted, which the driver does not say. It connects once more for that, asks for
/// TLS, and sends nothing else.
/// </summary>
internal static class CertificateProbe
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>SSLRequest of PostgreSQL's protocol: its length, and its code. The server answers with one octet, S or N.</summary>
    private static readonly byte[] TlsRequest = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f];

    /// <summary>Names of a certificate that are shown.</summary>
    private const int MostNames = 5;

    /// <summary>Characters of a name that are shown.</summary>
    private const int LongestName = 100;

    /// <returns>Null if nothing wrong was found, or the server could not be asked.</returns>
    public static async Task<string?> ExplainAsync(PostgresSettings settings, TimeProvider clock, CancellationToken cancellationToken)
    {
        foreach (var (host, port) in settings.TcpHosts)
        {
            using var late = new CancellationTokenSource(Patience, clock);
            using var time = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, late.Token);
            try
            {
                if (await ShakeHandsAsync(settings, host, port, time.Token) is { } problem)
                    return problem;
            }
            catch (Exception fault) when (fault is IOException or SocketException or OperationCanceledException)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        return null;
    }

    private static async Task<string?> ShakeHandsAsync(
        PostgresSettings settings, string host, int port, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(host, port, cancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync(TlsRequest, cancellationToken);
        var answer = new byte[1];
        if (await stream.ReadAsync(answer, cancellationToken) != 1 || answer[0] != (byte)'S')
            return null;
        string? problem = null;
        await using var tls = new SslStream(stream, leaveInnerStreamOpen: false, (_, certificate, chain, errors) =>
        {
            if (certificate is X509Certificate2 shown)
                problem = ProblemOf(settings, host, shown, chain, errors);
            return problem is null;
        });
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host }, cancellationToken);
        }
        catch (AuthenticationException)
        {
            // The callback has refused it and knows why, or the two have no version of TLS in common, which the driver's exception says.
            return problem;
        }
        return problem;
    }

    private static string? ProblemOf(
        PostgresSettings settings, string host, X509Certificate2 certificate, X509Chain? shownChain, SslPolicyErrors errors)
    {
        if (!IsTrusted(settings, certificate, shownChain, errors, out var isOutOfDate))
        {
            return isOutOfDate
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"the database's certificate is valid from {certificate.NotBefore:u} to {certificate.NotAfter:u}: renew it")
                : $"the database's certificate was issued by \"{Shown(certificate.Issuer)}\", which is not a trusted authority: "
                    + "name the file with the authority's certificate as Root Certificate=";
        }
        return settings.ChecksName && errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch)
            ? $"the database's certificate is for {NamesOf(certificate)}, not for \"{host}\": "
                + "write one of its names as Host=, or give the database a certificate for this one"
            : null;
    }

    private static bool IsTrusted(
        PostgresSettings settings, X509Certificate2 certificate, X509Chain? shownChain, SslPolicyErrors errors, out bool isOutOfDate)
    {
        if (settings.RootCertificate is not { Length: > 0 } file)
        {
            isOutOfDate = IsOutOfDate(shownChain);
            return !errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors);
        }
        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(file);
        if (shownChain is not null)
            chain.ChainPolicy.ExtraStore.AddRange(shownChain.ChainPolicy.ExtraStore);
        var isTrusted = chain.Build(certificate);
        isOutOfDate = IsOutOfDate(chain);
        return isTrusted;
    }

    private static bool IsOutOfDate(X509Chain? chain) =>
        chain?.ChainStatus is { Length: > 0 } status && Array.TrueForAll(status, one => one.Status == X509ChainStatusFlags.NotTimeValid);

    private static string NamesOf(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(extension => extension.EnumerateDnsNames().Concat(extension.EnumerateIPAddresses().Select(one => one.ToString())))
            .Take(MostNames).Select(name => $"\"{Shown(name)}\"").ToList();
        return names.Count > 0 ? string.Join(", ", names) : $"\"{Shown(certificate.Subject)}\" without any name of a host";
    }

    /// <summary>The server is not trusted yet: what it says must not control a terminal.</summary>
    private static string Shown(string name) =>
        string.Concat(CutText.At(name, LongestName).Select(one => char.IsControl(one) ? '?' : one));
}
