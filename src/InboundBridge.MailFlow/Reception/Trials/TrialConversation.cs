using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using InboundBridge.Smtp.Protocol;

namespace InboundBridge.MailFlow.Reception.Trials;

/// <summary>The client's side of a session in memory: sends commands and reads replies.</summary>
internal sealed class TrialConversation(PipeReader input, PipeWriter output, TrialObserver observer)
{
    public List<TrialReply> Replies { get; } = [];

    public async Task<TrialReply?> SayAsync(string stage, string command, CancellationToken cancellationToken)
    {
        observer.Reason = null;
        await output.WriteAsync(Encoding.UTF8.GetBytes(command + "\r\n"), cancellationToken);
        return await HearAsync(stage, command, cancellationToken);
    }

    /// <summary>Sends the mail with dots stuffed (RFC 5321 §4.5.2), and reads the reply.</summary>
    public async Task<TrialReply?> SendAsync(ReadOnlyMemory<byte> mail, CancellationToken cancellationToken)
    {
        observer.Reason = null;
        while (mail.Length > 0)
        {
            var end = mail.Span.IndexOf("\r\n"u8);
            var length = end < 0 ? mail.Length : end + 2;
            if (mail.Span[0] == (byte)'.')
                output.Write("."u8);
            output.Write(mail.Span[..length]);
            if (end < 0)
                output.Write("\r\n"u8);
            mail = mail[length..];
            // The session may close its end early.
            if (output.UnflushedBytes > 32 * 1024 && (await output.FlushAsync(cancellationToken)).IsCompleted)
                break;
        }
        output.Write(".\r\n"u8);
        await output.FlushAsync(cancellationToken);
        return await HearAsync("message", string.Empty, cancellationToken);
    }

    /// <summary>Reads a reply; null when the session ended without one.</summary>
    public async Task<TrialReply?> HearAsync(string stage, string command, CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        while (await ReadLineAsync(cancellationToken) is { } line)
        {
            lines.Add(line);
            if (line.Length < 4 || line[3] != '-')
                break;
        }
        if (lines.Count == 0)
            return null;
        var reply = Parse(stage, command, lines);
        Replies.Add(reply);
        return reply;
    }

    private TrialReply Parse(string stage, string command, List<string> lines)
    {
        var code = int.Parse(lines[0].AsSpan(0, 3), NumberStyles.None, CultureInfo.InvariantCulture);
        var texts = lines.Select(line => line.Length > 4 ? line[4..] : string.Empty).ToList();
        string? enhanced = null;
        var blank = texts[0].IndexOf(' ', StringComparison.Ordinal);
        if (blank > 0 && EnhancedStatusCode.TryParse(texts[0].AsSpan(0, blank), out _))
        {
            enhanced = texts[0][..blank];
            texts = [.. texts.Select(text =>
                text.StartsWith(enhanced + " ", StringComparison.Ordinal) ? text[(enhanced.Length + 1)..] : text)];
        }
        return new TrialReply(stage, command, code, enhanced, string.Join('\n', texts), code < 400 ? null : observer.Reason);
    }

    private async Task<string?> ReadLineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await input.ReadAsync(cancellationToken);
            var buffer = result.Buffer;
            if (buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = Encoding.UTF8.GetString(buffer.Slice(0, end)).TrimEnd('\r');
                input.AdvanceTo(buffer.GetPosition(1, end));
                return line;
            }
            input.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
                return null;
        }
    }
}
