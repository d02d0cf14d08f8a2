using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace InboundBridge.UnitTests.Smtp.Client;

/// <summary>A server with STARTTLS or implicit TLS and a certificate from its own authority.</summary>
internal sealed class TlsServer(
    string certificateName, string clearExtensions = "STARTTLS", bool implicitTls = false, bool brokenHandshake = false)
{
    private static readonly Lazy<X509Certificate2> Authority = new(MakeAuthority);

    public static X509Certificate2Collection Roots => [Authority.Value];

    private readonly List<string> _secured = [];
    private readonly List<string> _clear = [];

    /// <summary>What the client has sent so far, under TLS and before it. A QUIT may still follow.</summary>
    public IReadOnlyList<string> Secured => Copy(_secured);

    public IReadOnlyList<string> Clear => Copy(_clear);

    /// <summary>The certificate in place of one for the name.</summary>
    public X509Certificate2? Own { get; init; }

    /// <summary>Further certificates that are sent with it.</summary>
    public X509Certificate2Collection Others { get; init; } = [];

    /// <summary>What EHLO offers under TLS.</summary>
    public string SecuredExtensions { get; init; } = "REQUIRETLS";

    /// <summary>Sent unencrypted together with the 220 to STARTTLS, as an attacker would.</summary>
    public string Injected { get; init; } = "";

    public async Task ServeAsync(Stream stream)
    {
        try
        {
            if (!implicitTls && await SpeakAsync(stream, _clear, "220 mx\r\n", clearExtensions))
                return;
            if (brokenHandshake)
            {
                await stream.WriteAsync("this is not TLS\r\n"u8.ToArray());
                await stream.DisposeAsync();
                return;
            }
            await using var tls = new SslStream(stream);
            var context = SslStreamCertificateContext.Create(Own ?? Certificate(certificateName), Others, offline: true);
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = context });
            await SpeakAsync(tls, _secured, implicitTls ? "220 mx\r\n" : "", SecuredExtensions);
        }
        catch (Exception fault) when (fault is IOException or System.Security.Authentication.AuthenticationException)
        {
            // The client refused the certificate.
        }
        finally
        {
            await stream.DisposeAsync();
        }
    }

    /// <summary>False when the TLS handshake is next.</summary>
    private async Task<bool> SpeakAsync(Stream stream, List<string> heard, string banner, string extensions)
    {
        await SayAsync(stream, banner);
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (heard)
                heard.Add(line);
            if (line == "STARTTLS")
            {
                await SayAsync(stream, "220 go\r\n" + Injected);
                return false;
            }
            await SayAsync(stream, Answer(line, heard.LastIndexOf("DATA") > heard.LastIndexOf("."), extensions));
        }
        return true;
    }

    private static string[] Copy(List<string> heard)
    {
        lock (heard)
            return [.. heard];
    }

    private static string Answer(string line, bool insideMail, string extensions) => line switch
    {
        "DATA" => "354 go\r\n",
        _ when insideMail => "",
        _ when line.StartsWith("EHLO", StringComparison.Ordinal) => $"250-mx\r\n250 {extensions}\r\n",
        _ => "250 ok\r\n",
    };

    private static Task SayAsync(Stream stream, string text) => stream.WriteAsync(Encoding.ASCII.GetBytes(text)).AsTask();

    private static X509Certificate2 MakeAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-2), TimeProvider.System.GetUtcNow().AddDays(10));
    }

    private static X509Certificate2 Certificate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var signed = request.Create(
            Authority.Value, TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(5), [1, 2, 3, 4]);
        using var whole = signed.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
    }
}
