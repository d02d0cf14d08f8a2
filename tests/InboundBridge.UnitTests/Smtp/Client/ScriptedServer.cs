using System.Text;

namespace InboundBridge.UnitTests.Smtp.Client;

/// <summary>A fault at one of the server's replies.</summary>
public enum Mischief
{
    None,
    Close,
    CloseInsideReply,
    ShutDown421,
    Junk,
    WrongCode,
    HugeLine,
    EndlessReply,
    Silence,
}

/// <summary>The server of a <see cref="ClientDialogue"/>. It checks the client's lines, and fails at one point if told to.</summary>
internal sealed class ScriptedServer(Stream stream, IReadOnlyList<string> steps, Mischief mischief = Mischief.None, int at = -1)
{
    private readonly byte[] _buffer = new byte[4096];
    private readonly TaskCompletionSource _silent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _start;
    private int _end;
    private int _said;
    private bool _dataEnded;

    /// <summary>Lines that the client sent unexpectedly or failed to send.</summary>
    public List<string> Complaints { get; } = [];

    /// <summary>Positive final replies after the end of a message.</summary>
    public int Promises { get; private set; }

    public bool SaidPermanent { get; private set; }

    /// <summary>The script has stopped replying and keeps the connection open.</summary>
    public Task Silent => _silent.Task;

    public async Task PlayAsync()
    {
        try
        {
            foreach (var step in steps)
            {
                if (!await (step[0] switch { 'S' => SayAsync(step[2..]), 'C' => HearAsync(step[2..]), _ => ActAsync(step[2..]) }))
                    return;
            }
            // Every script ends when the client sends QUIT or closes the connection.
            while (await LineAsync() is { } line)
            {
                if (line is not ("QUIT\r\n" or ""))
                    Complaints.Add($"after the end: {line}");
            }
        }
        catch (IOException)
        {
            // The client may close the connection at any time.
        }
        finally
        {
            await stream.DisposeAsync();
        }
    }

    private async Task<bool> SayAsync(string text)
    {
        var line = ClientDialogue.Octets(text + "\\r\\n");
        if (_said++ == at)
            return await MisbehaveAsync(line);
        if (text.Length > 3 && text[3] == ' ' || text.Length == 3)
        {
            SaidPermanent |= text[0] == '5';
            Promises += _dataEnded && text[0] == '2' ? 1 : 0;
        }
        await stream.WriteAsync(line);
        return true;
    }

    private async Task<bool> HearAsync(string expected)
    {
        var wanted = Encoding.Latin1.GetString(ClientDialogue.Octets(expected));
        // C+ in the file marks a last line of the message that has no line end.
        var heard = await LineAsync();
        if (heard is null)
            return false;
        if (heard != wanted + "\r\n" && heard != wanted)
        {
            Complaints.Add($"expected \"{expected}\", heard \"{heard.ReplaceLineEndings("|")}\"");
            return false;
        }
        _dataEnded = wanted == "." || wanted.EndsWith(" LAST", StringComparison.Ordinal)
            || (_dataEnded && !wanted.StartsWith("MAIL", StringComparison.Ordinal));
        return true;
    }

    private async Task<bool> ActAsync(string what)
    {
        if (what == "close")
            return false;
        if (what != "silence")
            throw new FormatException(what);
        return await SilenceAsync();
    }

    private async Task<bool> MisbehaveAsync(byte[] line)
    {
        switch (mischief)
        {
            case Mischief.CloseInsideReply:
                await stream.WriteAsync(line.AsMemory(0, line.Length / 2));
                return false;
            case Mischief.ShutDown421:
                await stream.WriteAsync("421 4.3.2 shutting down\r\n"u8.ToArray());
                return false;
            case Mischief.Junk:
                await stream.WriteAsync("\x16\x03\x01 <html> what?\r\n"u8.ToArray());
                return await SilenceAsync();
            case Mischief.WrongCode:
                await stream.WriteAsync("199 what?\r\n"u8.ToArray());
                return await SilenceAsync();
            case Mischief.HugeLine:
                await stream.WriteAsync(Enumerable.Repeat((byte)'2', 100_000).ToArray());
                return await SilenceAsync();
            case Mischief.EndlessReply:
                var lines = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("250-and so on\r\n", 1000)));
                while (true)
                    await stream.WriteAsync(lines);
            case Mischief.Silence:
                return await SilenceAsync();
            default:
                return false;
        }
    }

    private async Task<bool> SilenceAsync()
    {
        _silent.TrySetResult();
        while (await LineAsync() is not null)
        {
        }
        return false;
    }

    /// <summary>Reads up to LF, in Latin-1 so that octets can be compared; null at the end.</summary>
    private async Task<string?> LineAsync()
    {
        var line = new StringBuilder();
        while (true)
        {
            for (; _start < _end; _start++)
            {
                line.Append((char)_buffer[_start]);
                if (_buffer[_start] == '\n')
                {
                    _start++;
                    return line.ToString();
                }
            }
            _start = 0;
            _end = await stream.ReadAsync(_buffer);
            if (_end == 0)
                return line.Length > 0 ? line.ToString() : null;
        }
    }
}
