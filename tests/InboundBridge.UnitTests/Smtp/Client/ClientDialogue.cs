using System.Text;
using InboundBridge.Smtp.Client;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.UnitTests.Smtp.Client;

/// <summary>
/// A golden dialogue: <c>@</c> lines say what to send and how, <c>S:</c> lines are the server's, <c>C:</c> lines are those that the client
/// must send, and <c>=</c> lines are the outcome. <c>\r \n \t \0 \xHH</c> stand for octets. The client's lines, including the message, are
/// compared octet by octet.
/// </summary>
internal sealed class ClientDialogue
{
    private readonly List<SmtpClientRecipient> _recipients = [];
    private readonly List<string> _body = [];

    private ClientDialogue()
    {
    }

    public SmtpClientOptions Options { get; private set; } = new()
    {
        Server = new SmtpEndpoint("mx.example.net", 25),
        Hostname = "client.example.org",
        Tls = SmtpTlsMode.Off,
    };

    public SmtpClientMessage Message { get; private set; } =
        new() { Sender = "al@example.org", Recipients = [], Content = SmtpContent.FromMemory(default) };

    /// <summary><c>S: …</c>, <c>C: …</c> and <c>X: close</c> in order.</summary>
    public List<string> Steps { get; } = [];

    public List<string> Expected { get; } = [];

    public static string Folder => Path.Combine(RepositoryFiles.Root, "tests/testdata/client-dialogues");

    public static IEnumerable<string> Names =>
        Directory.EnumerateFiles(Folder, "*.smtp").Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal);

    public static ClientDialogue Load(string name)
    {
        var dialogue = new ClientDialogue();
        foreach (var line in File.ReadLines(Path.Combine(Folder, name + ".smtp")))
            dialogue.Add(line);
        var body = dialogue._body.Count == 0 ? "Subject: hello\\r\\n\\r\\nHello.\\r\\n" : string.Concat(dialogue._body);
        dialogue.Message = dialogue.Message with { Recipients = dialogue._recipients, Content = SmtpContent.FromMemory(Octets(body)) };
        return dialogue;
    }

    /// <summary>The outcome in the form of the <c>=</c> lines.</summary>
    public static IEnumerable<string> Describe(SmtpSendResult result) =>
        result.Replies.Select(
            reply =>
                ($"{reply.Code} {(reply.Enhanced is { } enhanced ? $"{enhanced} " : "")}"
                + (reply.Reason ?? reply.Text.ReplaceLineEndings("|"))).TrimEnd())
            .Prepend(result.Stage.ToString());

    public static byte[] Octets(string text)
    {
        var octets = new List<byte>();
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] != '\\' || index + 1 == text.Length)
            {
                octets.AddRange(Encoding.UTF8.GetBytes(text[index..(index + 1)]));
                continue;
            }
            index++;
            if (text[index] == 'x')
            {
                octets.Add(Convert.ToByte(text.Substring(index + 1, 2), 16));
                index += 2;
                continue;
            }
            octets.Add(text[index] switch
            {
                'r' => 13,
                'n' => 10,
                't' => 9,
                '0' => 0,
                '\\' => (byte)'\\',
                _ => throw new FormatException(
                $"\\{text[index]} in {text}")
            });
        }
        return [.. octets];
    }

    private void Add(string line)
    {
        if (line.Length == 0 || line[0] == '#')
            return;
        var rest = line.Length > 2 ? line[2..].TrimStart(' ') : "";
        switch (line[0])
        {
            case '@':
                Setting(rest);
                break;
            case '=':
                Expected.Add(rest);
                break;
            case 'S' or 'C' or 'X':
                Steps.Add(line.Length > 2 && line[2] == ' ' ? $"{line[0]}:{line[3..]}" : line);
                break;
            default:
                throw new FormatException(line);
        }
    }

    private void Setting(string setting)
    {
        var (key, value) = setting.IndexOf(' ', StringComparison.Ordinal) is var space and > 0
            ? (setting[..space], setting[(space + 1)..])
            : (setting, "");
        var words = value.Split(' ');
        switch (key)
        {
            case "lmtp": Options = Options with { Lmtp = true }; break;
            case "tls": Options = Options with { Tls = Enum.Parse<SmtpTlsMode>(value, ignoreCase: true) }; break;
            case "server": Options = Options with { Server = new SmtpEndpoint(value, 25) }; break;
            case "user": Options = Options with { Credentials = new SmtpCredentials(words[0], words[1]) }; break;
            case "from": Message = Message with { Sender = Encoding.UTF8.GetString(Octets(value)) }; break;
            case "to": _recipients.Add(Recipient(words)); break;
            case "many":
                for (var number = 1; number <= int.Parse(value); number++)
                    _recipients.Add(new SmtpClientRecipient($"r{number}@example.net"));
                break;
            case "smtputf8": Message = Message with { SmtpUtf8 = true }; break;
            case "binarymime": Message = Message with { Body = SmtpBodyType.BinaryMime }; break;
            case "requiretls": Message = Message with { RequireTls = true }; break;
            case "protected": Options = Options with { IsProtected = true }; break;
            case "ret": Message = Message with { Return = Enum.Parse<DsnReturn>(value) }; break;
            case "envid": Message = Message with { EnvelopeId = value }; break;
            case "body": _body.Add(value); break;
            default: throw new FormatException(setting);
        }
    }

    private static SmtpClientRecipient Recipient(string[] words)
    {
        var notify = DsnNotify.Unspecified;
        string? original = null;
        foreach (var word in words.Skip(1))
        {
            if (word.StartsWith("orcpt=", StringComparison.Ordinal))
                original = word[6..];
            else
                notify |= Enum.Parse<DsnNotify>(word, ignoreCase: true);
        }
        return new SmtpClientRecipient(Encoding.UTF8.GetString(Octets(words[0])), notify, original);
    }
}
