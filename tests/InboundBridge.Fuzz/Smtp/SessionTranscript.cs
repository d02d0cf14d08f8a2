using System.Globalization;
using System.Text;

namespace InboundBridge.Fuzz.Smtp;

/// <summary>
/// What a client makes of a session: it sends its octets and reads replies, knowing nothing of the server but RFC 5321 and RFC 3030.
/// </summary>
internal static class SessionTranscript
{
    /// <summary>Matches every command with its reply, in order, and counts the 250 replies to messages.</summary>
    public static void Check(byte[] input, string output, int messages)
    {
        var replies = new Queue<string>(Replies(output));
        FuzzFailureException.Unless(
            replies.TryDequeue(out var greeting) && greeting.StartsWith("220 ", StringComparison.Ordinal), "no greeting");
        var text = Encoding.Latin1.GetString(input);
        var at = 0;
        var last = "";
        var promised = 0;
        while (text.IndexOf('\n', at) is >= 0 and var newline)
        {
            var strict = newline > at && text[newline - 1] == '\r';
            var command = text[at..(strict ? newline - 1 : newline)].TrimEnd(' ', '\t');
            at = newline + 1;
            if (strict && ChunkSize(command) is { } size)
            {
                if (at + size > text.Length)
                    break;
                at += (int)size;
            }
            if (!replies.TryDequeue(out var reply))
                throw new FuzzFailureException($"a command without an answer: {command}");
            last = reply;
            if (reply.StartsWith("354 ", StringComparison.Ordinal))
            {
                FuzzFailureException.Unless(command.Equals("DATA", StringComparison.OrdinalIgnoreCase), "354 to something else than DATA");
                var end = text.AsSpan(at).StartsWith(".\r\n") ? at - 2 : text.IndexOf("\r\n.\r\n", at, StringComparison.Ordinal);
                if (end < 0)
                    break;
                at = end + 5;
                last = replies.TryDequeue(out var verdict) ? verdict : throw new FuzzFailureException("a message without an answer");
            }
            promised += last.Contains("Queued", StringComparison.Ordinal) ? 1 : 0;
            if (Closes(last, command))
                break;
        }
        FuzzFailureException.Unless(promised == messages, $"{promised} messages promised, {messages} taken");
        FuzzFailureException.Unless(replies.Count == 0, $"replies that nobody asked for: {string.Join(" / ", replies)}");
    }

    private static bool Closes(string reply, string command) =>
        reply.StartsWith("421 ", StringComparison.Ordinal)
            || (reply.StartsWith("221 ", StringComparison.Ordinal) && command.StartsWith("QUIT", StringComparison.OrdinalIgnoreCase))
        || (reply.StartsWith("501 ", StringComparison.Ordinal) && command.StartsWith("BDAT", StringComparison.OrdinalIgnoreCase));

    /// <summary>Null unless the line is a valid BDAT command.</summary>
    private static long? ChunkSize(string command)
    {
        var words = command.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var readable = words.Length is 2 or 3 && command.StartsWith("BDAT ", StringComparison.OrdinalIgnoreCase) && words[1].Length <= 18
            && words[1].All(char.IsAsciiDigit)
            && (words.Length == 2 || words[2].Equals("LAST", StringComparison.OrdinalIgnoreCase));
        return readable && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : null;
    }

    private static IEnumerable<string> Replies(string output)
    {
        FuzzFailureException.Unless(output.Length == 0 || output.EndsWith("\r\n", StringComparison.Ordinal), "half a reply");
        foreach (var line in output.Split("\r\n")[..^1])
        {
            FuzzFailureException.Unless(
                line.Length >= 4 && line[..3].All(char.IsAsciiDigit) && line[3] is ' ' or '-'
                && line.All(c => c is >= ' ' and <= '~'), $"not a reply: {line}");
            if (line[3] == ' ')
                yield return line;
        }
    }
}
