using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using InboundBridge.Smtp.Server;

namespace InboundBridge.UnitTests.Smtp.Server;

/// <summary>
/// A golden dialogue, <c>tests/testdata/dialogues/*.smtp</c>. Lines: <c># option: value</c> configures the server or says what it must hold
/// afterwards (any other <c>#</c> line is a comment); <c>C: text</c> sends a line, <c>C&gt; text</c> the same without CRLF (<c>\r \n \t \\
/// \xHH</c>, <c>\*1000x</c> repeats a character); <c>S: pattern</c> reads one reply, its lines joined by <c>|</c>, and compares with
/// <c>*</c> as a wildcard; any text may follow the pattern; <c>S+ line</c> and <c>S- line</c>: the last reply has, or has not, this line
/// (after its code); <c>S: closed</c>: the server closes; <c>TLS</c>: the client's handshake; <c>HANGUP</c>: the client ends its side.
/// </summary>
internal sealed partial class SmtpDialogue
{
    private readonly List<(string Kind, string Text)> _steps = [];
    private readonly Dictionary<string, string> _options = new(StringComparer.Ordinal);

    private SmtpDialogue(string name) => Name = name;

    public string Name { get; }

    /// <summary>The dialogue can't be played after STARTTLS, because it has its own TLS, or because TLS changes the extensions.</summary>
    public bool PlainOnly => _options.ContainsKey("tls") || _options.ContainsKey("plain");

    public static SmtpDialogue Load(string file)
    {
        var dialogue = new SmtpDialogue(Path.GetFileNameWithoutExtension(file));
        foreach (var line in File.ReadAllLines(file, Encoding.UTF8))
        {
            if (line.Length == 0)
                continue;
            if (OptionLine().Match(line) is { Success: true } option)
                dialogue._options.Add(option.Groups[1].Value, option.Groups[2].Value);
            else if (line[0] != '#')
                dialogue._steps.Add(StepLine().Match(line) is { Success: true } step
                    ? (step.Groups[1].Value, step.Groups[2].Value)
                    : throw new InvalidDataException($"{file}: {line}"));
        }
        return dialogue;
    }

    public SmtpTestServer CreateServer(SmtpTlsMode under)
    {
        var tls = Enum.Parse<SmtpTlsMode>(Option("tls", under.ToString()), ignoreCase: true);
        var limits = new SmtpLimits
        {
            MessageSize = long.Parse(Option("size", "10485760"), CultureInfo.InvariantCulture),
            Recipients = int.Parse(Option("recipients", "1000"), CultureInfo.InvariantCulture),
            Errors = int.Parse(Option("errors", "10"), CultureInfo.InvariantCulture),
            MessagesPerConnection = int.Parse(Option("messages-per-connection", "1000"), CultureInfo.InvariantCulture),
            HeaderSize = int.Parse(Option("header-size", "262144"), CultureInfo.InvariantCulture),
            IdleCommandsPerMinute = int.Parse(Option("idle-commands", "600"), CultureInfo.InvariantCulture),
            AuthenticationDelay = TimeSpan.Zero,
        };
        var network = new[] { IPNetwork.Parse("192.0.2.0/24") };
        return new SmtpTestServer
        {
            Mode = Enum.Parse<SmtpListenerMode>(Option("mode", "mx"), ignoreCase: true),
            Receiver = new RecordingReceiver { ReadSize = int.Parse(Option("read-size", "4096"), CultureInfo.InvariantCulture) },
            RatePerClient = _options.TryGetValue("rate", out var rate) ? int.Parse(rate, CultureInfo.InvariantCulture) : null,
            Options = new SmtpServerOptions
            {
                Hostname = "mx.example.net",
                Limits = limits,
                BareNewline = Enum.Parse<BareNewline>(Option("bare-newline", "reject"), ignoreCase: true),
                Trusted = Has("trusted") ? network : [],
                TurnQueue = Has("etrn"),
            },
            Listener = new SmtpListenerOptions
            {
                Tls = tls,
                TlsOptions = tls == SmtpTlsMode.Off ? null : TestCertificates.ServerOptions,
                Authenticator = Has("auth") ? new TestAuthenticator() : null,
                AllowPlaintextAuthentication = Option("auth", "") == "plaintext",
                RequireAuthentication = Has("auth-required"),
                CramMd5 = Has("cram-md5"),
                ProxyProtocol = Has("proxy") ? network : [],
            },
        };
    }

    /// <param name="greeted">The greeting has been read, before TLS.</param>
    public async Task PlayAsync(SmtpTestServer server, SmtpTestClient client, bool greeted)
    {
        var last = "";
        foreach (var (kind, text) in greeted ? _steps.Skip(1) : _steps)
        {
            switch (kind)
            {
                case "C:":
                    await client.SendRawAsync(Octets(text + "\\r\\n"));
                    break;
                case "C>":
                    await client.SendRawAsync(Octets(text));
                    break;
                case "S:" when text == "closed":
                    Assert.Equal("", await client.ReadReplyAsync());
                    break;
                case "S:":
                    last = await client.ReadReplyAsync();
                    Assert.Matches($"^{Regex.Escape(text).Replace("\\*", ".*", StringComparison.Ordinal)}", last.Replace('\n', '|'));
                    break;
                case "S+":
                    Assert.Contains(text, Lines(last));
                    break;
                case "S-":
                    Assert.DoesNotContain(Lines(last), line => line.StartsWith(text, StringComparison.Ordinal));
                    break;
                case "TLS":
                    await client.StartTlsAsync();
                    break;
                default:
                    await client.EndInputAsync();
                    break;
            }
        }
        await client.EndInputAsync();
        await server.EndAsync();
        Assert.Equal(int.Parse(Option("messages", "0"), CultureInfo.InvariantCulture), server.Receiver.Messages.Count);
        if (_options.TryGetValue("body", out var body))
            Assert.Equal(RecordingReceiver.Text(Octets(body)), RecordingReceiver.Text(server.Receiver.Messages[^1].Body));
        if (_options.TryGetValue("envelope", out var envelope))
            Assert.Equal(envelope, $"{server.Receiver.Messages[^1].Sender} -> {string.Join(' ', server.Receiver.Messages[^1].Recipients)}");
        Assert.Equal(int.Parse(Option("faults", "0"), CultureInfo.InvariantCulture), server.Observer.Faults.Count);
    }

    private static IEnumerable<string> Lines(string reply) => reply.Split('\n').Select(line => line[4..]);

    private bool Has(string option) => _options.ContainsKey(option);

    private string Option(string name, string otherwise) => _options.GetValueOrDefault(name, otherwise);

    private static byte[] Octets(string text)
    {
        using var octets = new MemoryStream();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                var length = char.IsHighSurrogate(text[i]) ? 2 : 1;
                octets.Write(Encoding.UTF8.GetBytes(text.Substring(i, length)));
                i += length - 1;
                continue;
            }
            switch (text[++i])
            {
                case 'x':
                    octets.WriteByte(byte.Parse(text.AsSpan(i + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                    i += 2;
                    break;
                case '*':
                    var digits = text[(i + 1)..].TakeWhile(char.IsAsciiDigit).Count();
                    octets.Write(Enumerable.Repeat(
                        (byte)text[i + 1 + digits], int.Parse(text.AsSpan(i + 1, digits), CultureInfo.InvariantCulture)).ToArray());
                    i += digits + 1;
                    break;
                default:
                    octets.WriteByte((byte)(text[i] switch { 'r' => '\r', 'n' => '\n', 't' => '\t', var c => c }));
                    break;
            }
        }
        return octets.ToArray();
    }

    [GeneratedRegex("^# ([a-z0-9-]+): ?(.*)$")]
    private static partial Regex OptionLine();

    [GeneratedRegex("^(C:|C>|S:|S\\+|S-|TLS|HANGUP) ?(.*)$")]
    private static partial Regex StepLine();
}
