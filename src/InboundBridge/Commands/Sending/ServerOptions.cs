using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using InboundBridge.Commands.Parsing;
using InboundBridge.Commands.Remote;
using InboundBridge.Configuration;
using InboundBridge.Configuration.Options;
using InboundBridge.Smtp.Client;
using InboundBridge.Smtp.Server;
using InboundBridge.Terminal;
using ClientTls = InboundBridge.Smtp.Client.SmtpTlsMode;

namespace InboundBridge.Commands.Sending;

/// <summary>The server that <c>send</c> sends to, and how to connect to it. Default: the configuration's first listener.</summary>
internal sealed class ServerOptions
{
    private static readonly Dictionary<string, ClientTls> TlsModes = new(StringComparer.Ordinal)
    {
        ["off"] = ClientTls.Off,
        ["opportunistic"] = ClientTls.Opportunistic,
        ["require"] = ClientTls.Require,
        ["implicit"] = ClientTls.Implicit,
    };

    private readonly Option<string?> _server =
        new("--server", "-s")
        {
            Description = "host, host:port, [v6]:port or unix:/path. Default: the first listener of the configuration.",
            HelpName = "ADDRESS"
        };
    private readonly Option<string?> _user =
        new("--user")
        {
            Description = "Log in as this user. The password comes from --password-file, else from a prompt.",
            HelpName = "NAME"
        };
    private readonly Option<string?> _passwordFile =
        new("--password-file") { Description = "A file whose first line is the password.", HelpName = "FILE" };
    private readonly Option<string> _tls = new("--tls")
    {
        Description =
            "off, opportunistic (without checking the certificate), require (STARTTLS with a valid certificate) or implicit (TLS from the first octet).",
        DefaultValueFactory = _ => "opportunistic",
    };

    private readonly Option<string?> _ca =
        new("--ca")
        {
            Description =
            "Certificates (PEM) of the authorities to trust instead of the system's. Means --tls require unless --tls says otherwise.",
            HelpName = "FILE"
        };
    private readonly Option<bool> _insecure = new("--insecure") { Description = "Accept any certificate." };
    private readonly Option<string> _helo =
        new("--helo") { Description = "The name to give in EHLO.", HelpName = "NAME", DefaultValueFactory = _ => "localhost" };
    private readonly Option<bool> _lmtp = new("--lmtp") { Description = "Speak LMTP." };

    public ServerOptions()
    {
        _tls.AcceptOnlyFromAmong([.. TlsModes.Keys]);
        _server.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && !SmtpEndpoint.TryParse(text, 25, out _))
                result.AddError($"'{text}' is not the address of a server");
        });
        _helo.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && (text.Length == 0 || text.Any(letter => letter is <= ' ' or > '~')))
                result.AddError($"--helo: '{text}' is not a valid name");
        });
    }

    public IEnumerable<Option> All => [_server, _user, _passwordFile, _tls, _ca, _insecure, _helo, _lmtp];

    /// <summary>The command line names the server.</summary>
    public bool IsGiven(ParseResult arguments) => arguments.GetValue(_server) is not null;

    public void AddChecks(Command command) => command.Validators.Add(result =>
    {
        if (result.GetValue(_passwordFile) is not null && result.GetValue(_user) is null)
            result.AddError("--password-file needs --user");
        if (result.GetValue(_insecure) && result.GetValue(_ca) is not null)
            result.AddError("--insecure accepts any certificate and --ca checks it: give only one of the two");
    });

    /// <summary>Null after a problem, which has been printed.</summary>
    /// <exception cref="IOException">A file can't be read.</exception>
    public async Task<SmtpClientOptions?> ReadAsync(ParseResult arguments, SharedOptions shared, CommandConsole console)
    {
        var listener = arguments.GetValue(_server) is null ? await ListenerAsync(arguments, shared, console) : null;
        if (listener is null && arguments.GetValue(_server) is null)
            return null;
        var server = listener is null
            ? EndpointOf(arguments.GetValue(_server)!) : EndpointOf(ApplianceConnection.Reachable(listener.Address));
        SmtpCredentials? credentials = null;
        if (arguments.GetValue(_user) is { } user)
        {
            if (Password(arguments, console) is not { Length: > 0 } password)
            {
                await console.Error.WriteLineAsync("--user needs a password: without a terminal give --password-file FILE");
                return null;
            }
            credentials = new SmtpCredentials(user, password);
        }
        return new SmtpClientOptions
        {
            Server = server,
            Hostname = arguments.GetValue(_helo)!,
            Lmtp = arguments.GetValue(_lmtp) || listener?.Mode == SmtpListenerMode.Lmtp,
            Tls = TlsOf(arguments, listener),
            TrustedRoots = arguments.GetValue(_ca) is { } file ? Roots(file) : null,
            TakesAnyCertificate = arguments.GetValue(_insecure),
            Credentials = credentials,
        };
    }

    private ClientTls TlsOf(ParseResult arguments, ListenerOptions? listener)
    {
        if (arguments.GetResult(_tls) is { Implicit: false })
            return TlsModes[arguments.GetValue(_tls)!];
        if (listener?.Tls == ListenerTls.Implicit)
            return ClientTls.Implicit;
        return arguments.GetValue(_ca) is null ? ClientTls.Opportunistic : ClientTls.Require;
    }

    private static async Task<ListenerOptions?> ListenerAsync(ParseResult arguments, SharedOptions shared, CommandConsole console)
    {
        var outcome = ConfigurationReader.Read(shared.Source(arguments));
        foreach (var problem in outcome.Problems.Items.Where(problem => !problem.IsWarning))
            await console.Error.WriteLineAsync(problem.ToString());
        if (outcome.Options is not { } options)
            await console.Error.WriteLineAsync("--server ADDRESS sends without this configuration");
        else if (options.Smtp.Listeners is [var first, ..])
            return first;
        else
            await console.Error.WriteLineAsync("the configuration has no listener: name a server by --server ADDRESS");
        return null;
    }

    private string? Password(ParseResult arguments, CommandConsole console) =>
        arguments.GetValue(_passwordFile) is { } file ? File.ReadLines(file).FirstOrDefault() : console.AskSecret?.Invoke("Password: ");

    private static SmtpEndpoint EndpointOf(string text) =>
        SmtpEndpoint.TryParse(text, 25, out var endpoint) ? endpoint : throw new IOException($"'{text}' is not the address of a server");

    private static SmtpEndpoint EndpointOf(EndPoint listens) => listens switch
    {
        UnixDomainSocketEndPoint unix => new SmtpEndpoint(string.Empty, 0, unix.ToString()),
        IPEndPoint ip => new SmtpEndpoint(ip.Address.ToString(), ip.Port),
        DnsEndPoint dns => new SmtpEndpoint(dns.Host, dns.Port),
        _ => throw new IOException($"{listens} is not an address to send to"),
    };

    private static X509Certificate2Collection Roots(string file)
    {
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPemFile(file);
        }
        catch (CryptographicException fault)
        {
            throw new IOException($"--ca: {file}: {fault.Message}", fault);
        }
        return roots.Count > 0
            ? roots : throw new IOException($"--ca: there is no certificate in {file}; expected PEM, -----BEGIN CERTIFICATE-----");
    }
}
