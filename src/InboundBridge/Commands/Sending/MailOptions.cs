using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using InboundBridge.Composing;
using InboundBridge.Configuration.Values;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.Commands.Sending;

/// <summary>The options that say what <c>send</c> sends: a file, unchanged, or a mail made from the options.</summary>
internal sealed class MailOptions
{
    /// <summary>Fields that follow from the parts of the mail, so that <c>--header</c> can't set them.</summary>
    private static readonly string[] MadeFields = ["MIME-Version", "Content-Type", "Content-Transfer-Encoding", "Content-Disposition"];

    private readonly Argument<string?> _file =
        new("MAIL.eml")
        {
            Description = "The mail, '-' for standard input. Default: a mail made from the options.",
            Arity = ArgumentArity.ZeroOrOne
        };
    private readonly Option<string[]> _cc =
        new("--cc")
        {
            Description = "A recipient that is listed in Cc; may be repeated.",
            HelpName = "ADDRESS",
            DefaultValueFactory = _ => []
        };
    private readonly Option<string> _subject =
        new("--subject") { Description = "The mail's subject.", HelpName = "TEXT", DefaultValueFactory = _ => "A test" };
    private readonly Option<string> _text =
        new("--text") { Description = "The plain text.", HelpName = "TEXT", DefaultValueFactory = _ => "Sent by inboundbridge send." };
    private readonly Option<string?> _html =
        new("--html") { Description = "An HTML part; together with --text both are sent as alternatives.", HelpName = "TEXT" };
    private readonly Option<string[]> _attach =
        new("--attach") { Description = "A file to attach; may be repeated.", HelpName = "FILE", DefaultValueFactory = _ => [] };
    private readonly Option<string[]> _header = new("--header")
    {
        Description =
            "A field such as 'X-Priority: 1'; may be repeated. It replaces a field that send would write; in front of a file it is added.",
        HelpName = "'NAME: VALUE'",
        DefaultValueFactory = _ => [],
    };

    public IEnumerable<Option> All => [_cc, _subject, _text, _html, _attach, _header];

    public Argument File => _file;

    public void AddChecks(Command command)
    {
        _header.Validators.Add(result =>
        {
            foreach (var field in result.GetValueOrDefault<string[]>() ?? [])
                if (Problem(field) is { } problem)
                    result.AddError(problem);
        });
        command.Validators.Add(result =>
        {
            if (result.GetValue(_file) is null)
                return;
            foreach (var option in new Option[] { _cc, _subject, _text, _html, _attach })
                if (result.GetResult(option) is { Implicit: false })
                    result.AddError($"{option.Name} is for a mail made from options: a file is sent unchanged");
        });
    }

    public string[] Cc(ParseResult arguments) => arguments.GetValue(_cc)!;

    public string[] Cc(System.CommandLine.Parsing.CommandResult command) => command.GetValue(_cc) ?? [];

    /// <summary>
    /// Makes the octets of the n-th mail: those of a file are always the same, mails made from options differ in Message-ID.
    /// </summary>
    /// <exception cref="IOException">A file can't be read.</exception>
    public async Task<Func<int, byte[]>> ReadAsync(
        ParseResult arguments, string from, IReadOnlyList<string> to, DateTimeOffset date, CancellationToken cancellationToken)
    {
        var fields = arguments.GetValue(_header)!.Select(Field).ToList();
        if (arguments.GetValue(_file) is { } file)
        {
            byte[] octets =
            [
                .. CrlfText.Of(fields.SelectMany(field => SampleMail.FieldOctets(field.Name, field.Value)).ToArray()),
                .. CrlfText.Of(await MailFile.ReadAsync(file, cancellationToken)),
            ];
            return _ => octets;
        }
        var attachments = new List<(string, byte[], string?)>();
        foreach (var path in arguments.GetValue(_attach)!)
            attachments.Add((Path.GetFileName(path), await System.IO.File.ReadAllBytesAsync(path, cancellationToken), null));
        var unique = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        var mail = new SampleMail
        {
            From = from,
            To = to,
            Cc = Cc(arguments),
            Subject = arguments.GetValue(_subject)!,
            Text = arguments.GetValue(_html) is null
                || arguments.GetResult(_text) is { Implicit: false } ? arguments.GetValue(_text) : null,
            Html = arguments.GetValue(_html),
            Fields = fields,
            Attachments = attachments,
            Date = date,
            Unique = unique,
        };
        return number => (mail with { Unique = string.Create(CultureInfo.InvariantCulture, $"{unique}.{number}") }).ToBytes();
    }

    private static string? Problem(string field)
    {
        var (name, value) = Field(field);
        if (!field.Contains(':', StringComparison.Ordinal) || !HeaderText.TryParseName(name, out _)
            || !HeaderText.TryParseValue(value, out _))
            return $"--header: '{field.ReplaceLineEndings(" ")}' is not a header field; expected one line such as 'X-Priority: 1'";
        return MadeFields.Contains(name, StringComparer.OrdinalIgnoreCase)
            ? $"--header: {name} follows from the parts of the mail; send a file to set it" : null;
    }

    private static (string Name, string Value) Field(string text)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? (text, string.Empty) : (text[..colon].TrimEnd(), text[(colon + 1)..].Trim());
    }
}
