using System.CommandLine;
using System.Net;
using InboundBridge.Certificates;
using InboundBridge.Configuration.Options;
using InboundBridge.Configuration.Values;
using InboundBridge.Terminal;

namespace InboundBridge.Commands.Initializing;

/// <summary>The questions of <c>init</c>, in their order; a default may depend on earlier answers.</summary>
internal sealed class InitQuestions(InitInterview interview, string folder, string currentFolder)
{
    public const string Acme = "acme";
    public const string None = "none";

    /// <summary>The options that answer them.</summary>
    public static IReadOnlyList<Option> CreateOptions() =>
    [
        new Option<string?>("--domain") { Description = "The domain whose mail comes here.", HelpName = "DOMAIN" },
        new Option<string?>("--webhook") { Description = "The URL of your application that gets the mail.", HelpName = "URL" },
        new Option<string?>("--hostname") { Description = "The name of this server, to which the MX points.", HelpName = "NAME" },
        new Option<string?>("--certificate")
        {
            Description = "acme (from Let's Encrypt), none, or a PEM file with the certificate and those of its authorities.",
            HelpName = "acme|none|FILE",
        },
        new Option<string?>("--key") { Description = "The PEM file with the certificate's private key.", HelpName = "FILE" },
        new Option<string?>("--email") { Description = "The administrator's address, for Let's Encrypt.", HelpName = "ADDRESS" },
        new Option<string?>("--listen") { Description = "Where mail comes in, such as 0.0.0.0:25.", HelpName = "ADDRESS" },
    ];

    /// <summary>Null after a problem, which the interview tells.</summary>
    public InitAnswers? Ask()
    {
        var domain = Name(interview.Ask(new InitQuestion("Domain whose mail comes here", "--domain", "example.com", ProblemOfName)));
        var webhook = interview.Ask(
            new InitQuestion("URL of your application, which gets the mail", "--webhook", "http://127.0.0.1:9000/mail", ProblemOfUrl));
        var hostname = Name(interview.Ask(
            new InitQuestion("Name of this server, to which the MX points", "--hostname", $"mx.{domain}", ProblemOfName)));
        var certificate = interview.Ask(
            new InitQuestion(
                "Certificate: acme (from Let's Encrypt, which comes to port 80), none, or a PEM file", "--certificate", None,
                ProblemOfCertificate));
        var files = interview.Problem is null && certificate is not (Acme or None)
            ? AskKey(Path.GetFullPath(certificate, currentFolder)) : null;
        var email = certificate == Acme
            ? interview.Ask(
                new InitQuestion("Your mail address, for Let's Encrypt", "--email", $"postmaster@{domain}", ProblemOfEmail))
            : null;
        var listen = interview.Ask(
            new InitQuestion(
                "Address to take mail on; an MX needs 0.0.0.0:25", "--listen",
                InitAnswers.IsBelowEtc(folder) ? "0.0.0.0:25" : "127.0.0.1:2525", ProblemOfAddress));
        return interview.Problem is not null ? null : new InitAnswers
        {
            Folder = folder,
            Domain = domain,
            Webhook = new Uri(webhook),
            Hostname = hostname,
            Certificate = files,
            AcmeEmail = email,
            Listen = listen,
            IsOfPackage = folder == InitAnswers.PackageFolder && File.Exists(InitAnswers.PackageUnit),
        };
    }

    private CertificateFiles AskKey(string certificate)
    {
        var key = interview.Ask(
            new InitQuestion(
                "Private key of that certificate", "--key", Path.Combine(Path.GetDirectoryName(certificate)!, "privkey.pem"),
                key => ProblemOfPair(certificate, Path.GetFullPath(key, currentFolder))));
        return new CertificateFiles(certificate, Path.GetFullPath(key, currentFolder));
    }

    private static string Name(string answer) => HostNameText.TryParse(answer, out var name) ? name : answer;

    private static string? ProblemOfName(string answer) =>
        HostNameText.TryParse(answer, out _) ? null : $"'{TerminalText.Plain(answer)}' is no name, such as mx.example.com";

    private static string? ProblemOfUrl(string answer) =>
        Uri.TryCreate(answer, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Host.Length > 0
            ? null : $"'{TerminalText.Plain(answer)}' is no URL, such as https://app.example.com/mail";

    private static string? ProblemOfEmail(string answer) =>
        answer.LastIndexOf('@') is > 0 and var at && HostNameText.TryParse(answer[(at + 1)..], out _)
            ? null : $"'{TerminalText.Plain(answer)}' is no address, such as ops@example.com";

    private static string? ProblemOfAddress(string answer) =>
        EndPointText.TryParse(answer, out var address) && address is IPEndPoint or DnsEndPoint
            ? null : $"'{TerminalText.Plain(answer)}' is no address, such as 0.0.0.0:25";

    private string? ProblemOfCertificate(string answer) =>
        answer is Acme or None || File.Exists(Path.GetFullPath(answer, currentFolder))
            ? null : $"there is no file '{TerminalText.Plain(answer)}'; or say {Acme} or {None}";

    private static string? ProblemOfPair(string certificate, string key)
    {
        if (!File.Exists(key))
            return $"there is no file '{TerminalText.Plain(key)}'";
        try
        {
            CertificateSet.Read(new CertificateFiles(certificate, key));
            return null;
        }
        catch (CertificateException fault)
        {
            return TerminalText.Plain(fault.Message);
        }
    }
}
