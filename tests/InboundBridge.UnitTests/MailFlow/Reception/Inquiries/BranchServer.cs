using System.Text;
using InboundBridge.UnitTests.Smtp.Client;

namespace InboundBridge.UnitTests.MailFlow.Reception.Inquiries;

/// <summary>
/// The customer's side of ATRN over a stream: it logs in, turns the connection, and is an SMTP server from then on, which fails at one of
/// its replies if told to.
/// </summary>
internal sealed class BranchServer(Stream stream, Mischief mischief = Mischief.None, int at = -1)
{
    private readonly byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;
    private int _said;

    /// <summary>Subjects of the mails whose end was read, and that got or should have got 250.</summary>
    public List<string> Taken { get; } = [];

    /// <summary>The subject of a taken mail for which no whole 250 was sent.</summary>
    public string? InFlight { get; private set; }

    /// <summary>Replies that it was about to send.</summary>
    public int Replies => _said;

    public bool HeardQuit { get; private set; }

    /// <summary>Returns the reply to ATRN, and serves if it is positive.</summary>
    public async Task<string> CollectAsync(string atrn = "ATRN")
    {
        try
        {
            await LineAsync();
            await AskAsync("EHLO branch.example");
            await AskAsync("AUTH PLAIN AHVzZXIAcGVuY2ls");
            var reply = await AskAsync(atrn);
            if (reply.StartsWith('2'))
                await ServeAsync();
            return reply;
        }
        catch (IOException)
        {
            return "lost";
        }
        finally
        {
            await stream.DisposeAsync();
        }
    }

    private async Task ServeAsync()
    {
        if (!await SayAsync("220 branch.example ready"))
            return;
        while (await LineAsync() is { } line)
        {
            HeardQuit |= line == "QUIT";
            if (line == "QUIT")
                return;
            if (!await SayAsync(line.StartsWith("EHLO", StringComparison.Ordinal) ? "250-branch.example\r\n250 8BITMIME"
                : line == "DATA" ? "354 go on" : "250 OK"))
                return;
            if (line == "DATA" && !await TakeAsync())
                return;
        }
    }

    private async Task<bool> TakeAsync()
    {
        var subject = "";
        while (await LineAsync() is { } line)
        {
            if (line.StartsWith("Subject: ", StringComparison.Ordinal))
                subject = line["Subject: ".Length..];
            if (line != ".")
                continue;
            Taken.Add(subject);
            InFlight = subject;
            if (!await SayAsync("250 taken"))
                return false;
            InFlight = null;
            return true;
        }
        return false;
    }

    private async Task<string> AskAsync(string line)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"));
        string? reply;
        do
        {
            reply = await LineAsync() ?? throw new IOException("closed");
        }
        while (reply.Length > 3 && reply[3] == '-');
        return reply;
    }

    /// <summary>False: it has misbehaved and goes.</summary>
    private async Task<bool> SayAsync(string text)
    {
        var line = Encoding.ASCII.GetBytes(text + "\r\n");
        if (_said++ != at)
        {
            await stream.WriteAsync(line);
            return true;
        }
        switch (mischief)
        {
            case Mischief.CloseInsideReply:
                await stream.WriteAsync(line.AsMemory(0, line.Length / 2));
                break;
            case Mischief.ShutDown421:
                await stream.WriteAsync("421 4.3.2 shutting down\r\n"u8.ToArray());
                break;
            case Mischief.Junk:
                await stream.WriteAsync("\x16\x03\x01 <html> what?\r\n"u8.ToArray());
                break;
            case Mischief.WrongCode:
                await stream.WriteAsync("199 what?\r\n"u8.ToArray());
                break;
            case Mischief.HugeLine:
                await stream.WriteAsync(Enumerable.Repeat((byte)'2', 100_000).ToArray());
                break;
            case Mischief.EndlessReply:
                await stream.WriteAsync(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("250-and so on\r\n", 1000))));
                break;
            default:
                break;
        }
        return false;
    }

    private async Task<string?> LineAsync()
    {
        var line = new StringBuilder();
        while (true)
        {
            for (; _start < _end; _start++)
            {
                if (_buffer[_start] == '\n')
                {
                    _start++;
                    return line.ToString().TrimEnd('\r');
                }
                line.Append((char)_buffer[_start]);
            }
            _start = 0;
            _end = await stream.ReadAsync(_buffer);
            if (_end == 0)
                return null;
        }
    }
}
