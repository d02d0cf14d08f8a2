using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using InboundBridge.Configuration;
using InboundBridge.Configuration.Sources;
using InboundBridge.Configuration.Values;
using InboundBridge.Terminal;
using InboundBridge.Yaml;

namespace InboundBridge.Commands.Remote;

/// <summary>The appliance's address and the token to call it with.</summary>
internal sealed class RemoteOptions
{
    public const string TokenVariable = "INBOUNDBRIDGE_TOKEN";

    private const string TokenFileVariable = "INBOUNDBRIDGE_TOKEN_FILE";

    private const string ServerVariable = "INBOUNDBRIDGE_SERVER";

    private readonly Option<string?> _server = new("--server", "-s")
    {
        Description =
            $"The appliance's address: http(s)://host:port, host:port or unix:/path. Default: {ServerVariable}, else http.listen of the configuration.",
        HelpName = "URL",
        Recursive = true,
    };

    private readonly Option<string?> _token = new("--token")
    {
        Description =
            $"A token of http.tokens. Other users of this machine can see it in the list of processes: prefer {TokenVariable} or --token-file.",
        HelpName = "TOKEN",
        Recursive = true,
    };

    private readonly Option<string?> _tokenFile = new("--token-file")
    {
        Description = $"A file whose first line is the token. Default: {TokenFileVariable}.",
        HelpName = "FILE",
        Recursive = true,
    };

    public void AddTo(Command group)
    {
        group.Options.Add(_server);
        group.Options.Add(_token);
        group.Options.Add(_tokenFile);
    }

    /// <exception cref="RemoteFault">The configuration or the address can't be read.</exception>
    public ApplianceClient Connect(ParseResult arguments, ConfigurationSource source, Func<EndPoint, HttpMessageHandler> connect)
    {
        var token = Token(arguments, source);
        if ((arguments.GetValue(_server) ?? source.Environment.GetValueOrDefault(ServerVariable)) is { Length: > 0 } named)
        {
            var (root, server) = Parse(named);
            return new ApplianceClient(connect(server), root, named, token);
        }
        var problems = new SourceProblems();
        if (ListenAddressReader.Read(source, problems) is not { } where)
            throw new RemoteFault(string.Join('\n', problems.Items.Where(problem => !problem.IsWarning)));
        var listens = ApplianceConnection.Reachable(where.Address);
        return new ApplianceClient(
            connect(listens), new Uri(where.IsTls ? $"https://{where.Hostname}/" : "http://localhost/"),
            EndPointText.Format(listens), token);
    }

    private static (Uri Root, EndPoint Server) Parse(string text)
    {
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
        {
            var server = IPAddress.TryParse(url.DnsSafeHost, out var address)
                ? (EndPoint)new IPEndPoint(address, url.Port) : new DnsEndPoint(url.DnsSafeHost, url.Port);
            return (new Uri(url.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/"), server);
        }
        if (EndPointText.TryParse(text, out var endPoint))
            return (new Uri(endPoint is UnixDomainSocketEndPoint ? "http://localhost/" : $"http://{text}/"), endPoint);
        throw new RemoteFault(
            $"--server: '{text}' is neither a URL such as http://127.0.0.1:8080 nor host:port nor unix:/path", ExitCode.Usage);
    }

    private string? Token(ParseResult arguments, ConfigurationSource source)
    {
        if (arguments.GetValue(_token) is { Length: > 0 } token)
            return token;
        if ((arguments.GetValue(_tokenFile) ?? source.Environment.GetValueOrDefault(TokenFileVariable)) is { Length: > 0 } file)
        {
            if (source.Files.Read(Path.GetFullPath(file, source.CurrentFolder), out var failure) is { } text)
                return text.Split('\n')[0].Trim();
            throw new RemoteFault($"{file}: {failure}", ExitCode.Usage);
        }
        return source.Environment.GetValueOrDefault(TokenVariable) is { Length: > 0 } variable ? variable : null;
    }
}
