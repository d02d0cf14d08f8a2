namespace InboundBridge.Smtp.Protocol;

/// <summary>Parses XCLIENT (Postfix's XCLIENT_README): <c>NAME=value …</c> with values in xtext.</summary>
internal static class XclientParser
{
    private static readonly string[] Known = ["NAME", "ADDR", "PORT", "PROTO", "HELO", "LOGIN", "DESTADDR", "DESTPORT"];

    public static (SmtpCommand? Command, SmtpReply? Error) Parse(ReadOnlySpan<char> text)
    {
        var attributes = new List<KeyValuePair<string, string?>>();
        var isNameTemporary = false;
        foreach (var range in text.Split(' '))
        {
            var word = text[range];
            if (word.IsEmpty)
                continue;
            var equals = word.IndexOf('=');
            if (equals <= 0)
                return (null, SmtpReplies.BadArguments);
            var name = word[..equals].ToString().ToUpperInvariant();
            if (!Known.Contains(name, StringComparer.Ordinal) || attributes.Exists(given => given.Key == name))
                return (null, SmtpReplies.BadParameter);
            var value = word[(equals + 1)..];
            var isTemporary = value.Equals("[TEMPUNAVAIL]", StringComparison.OrdinalIgnoreCase);
            isNameTemporary |= isTemporary && name == "NAME";
            if (isTemporary || value.Equals("[UNAVAILABLE]", StringComparison.OrdinalIgnoreCase))
                attributes.Add(new(name, null));
            else if (value.Length <= 255 && Xtext.Decode(value) is { Length: > 0 } plain && Checked(name, plain) is { } decoded)
                attributes.Add(new(name, decoded));
            else
                return (null, SmtpReplies.BadParameter);
        }
        return attributes.Count == 0 ? (null, SmtpReplies.BadArguments)
            : (new SmtpCommand.Xclient(attributes) { IsNameTemporary = isNameTemporary }, null);
    }

    /// <summary>
    /// Null for a name that can't be one. It would be shown, and compared by rules, as the name of a host; Postfix refuses it too.
    /// </summary>
    private static string? Checked(string name, string text) => name switch
    {
        "NAME" => text[0] == '[' ? null : SmtpDomain.Canonical(text, anyHyphens: true),
        "HELO" => SmtpCommandParser.IsHelloName(text) ? text : null,
        _ => text,
    };
}
