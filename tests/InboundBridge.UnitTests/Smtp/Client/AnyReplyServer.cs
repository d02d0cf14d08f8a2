using System.Text;

namespace InboundBridge.UnitTests.Smtp.Client;

/// <summary>A server that speaks SMTP or LMTP and chooses each of its replies by a function.</summary>
/// <param name="reply">The reply to MAIL, RCPT, DATA, RSET, or the end of the mail (<c>.</c>).</param>
internal sealed class AnyReplyServer(Stream stream, string extensions, bool lmtp, Func<string, string> reply)
{
    /// <summary>MAIL commands.</summary>
    public int Transactions { get; private set; }

    /// <summary>Mails that came to their end, for each recipient that was accepted in their transaction.</summary>
    public Dictionary<string, int> Sent { get; } = [];

    public async Task ServeAsync()
    {
        await using var ending = stream;
        using var reader = new StreamReader(stream, Encoding.Latin1, leaveOpen: true);
        var accepted = new List<string>();
        try
        {
            await SayAsync("220 mx.example.net");
            while (await reader.ReadLineAsync() is { } line && line != "QUIT")
                await AnswerAsync(line, reader, accepted);
        }
        catch (IOException)
        {
            // The client may close the connection at any time.
        }
    }

    private async Task AnswerAsync(string line, StreamReader reader, List<string> accepted)
    {
        var verb = line.Split(' ')[0];
        if (verb is "EHLO" or "LHLO")
        {
            await SayAsync($"250-mx.example.net\r\n{extensions}");
            return;
        }
        if (verb == "MAIL")
        {
            Transactions++;
            accepted.Clear();
        }
        var answer = verb == "DATA" && accepted.Count == 0 ? "503 no recipients" : reply(verb);
        await SayAsync(answer);
        if (verb == "RCPT" && answer[0] == '2')
            accepted.Add(line);
        if (verb != "DATA" || answer[0] != '3')
            return;
        while (await reader.ReadLineAsync() is { } text && text != ".")
        {
        }
        foreach (var recipient in accepted)
            Sent[recipient] = Sent.GetValueOrDefault(recipient) + 1;
        for (var count = lmtp ? accepted.Count : 1; count > 0; count--)
            await SayAsync(reply("."));
    }

    private ValueTask SayAsync(string text) => stream.WriteAsync(Encoding.ASCII.GetBytes(text + "\r\n"));
}
