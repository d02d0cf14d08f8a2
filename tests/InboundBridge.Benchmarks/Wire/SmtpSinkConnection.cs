using System.Net.Sockets;
using System.Text;

namespace InboundBridge.Benchmarks.Wire;

/// <summary>
/// The part of SMTP that a relay needs to deliver mail, pipelined or not. Discards the mail and counts its Message-ID, or the id in the
/// first Received field of a mail that has none.
/// </summary>
/// <param name="kept">Null: no mail is looked at.</param>
internal sealed class SmtpSinkConnection(Socket socket, ArrivalCount arrivals, KeptMail? kept = null) : LoopConnection(socket)
{
    private static readonly byte[] Greeting = "220 sink ESMTP\r\n"u8.ToArray();
    private static readonly byte[] Extensions = "250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 104857600\r\n"u8.ToArray();
    private static readonly byte[] Ok = "250 OK\r\n"u8.ToArray();
    private static readonly byte[] GoOn = "354 go on\r\n"u8.ToArray();
    private static readonly byte[] Bye = "221 bye\r\n"u8.ToArray();
    private static readonly byte[] Unknown = "500 unknown\r\n"u8.ToArray();

    // The start of a mail, with its header.
    private readonly byte[] _header = new byte[8 * 1024];
    private int _headerLength;

    // A command that arrived in pieces, or the last octets of a mail's previous piece.
    private readonly byte[] _held = new byte[1024];
    private int _heldLength;

    private bool _inMail;

    public override void Begin() => Write(Greeting);

    public override void Take(ReadOnlySpan<byte> input)
    {
        while (!input.IsEmpty && !Ended)
            input = _inMail ? TakeMail(input) : TakeCommand(input);
    }

    private ReadOnlySpan<byte> TakeCommand(ReadOnlySpan<byte> input)
    {
        var end = input.IndexOf((byte)'\n');
        var part = end < 0 ? input : input[..(end + 1)];
        if (part.Length > _held.Length - _heldLength)
            throw new InvalidOperationException($"a command is longer than {_held.Length} octets");
        part.CopyTo(_held.AsSpan(_heldLength));
        _heldLength += part.Length;
        if (end >= 0)
        {
            Answer(_held.AsSpan(0, _heldLength).Trim("\r\n"u8));
            _heldLength = 0;
        }

        return input[part.Length..];
    }

    private void Answer(ReadOnlySpan<byte> command)
    {
        var verb = command[..Math.Min(4, command.Length)];
        if (Ascii.EqualsIgnoreCase(verb, "EHLO"u8))
        {
            Write(Extensions);
        }
        else if (Ascii.EqualsIgnoreCase(verb, "DATA"u8))
        {
            (_inMail, _headerLength) = (true, 0);
            Write(GoOn);
        }
        else if (Ascii.EqualsIgnoreCase(verb, "QUIT"u8))
        {
            Write(Bye);
            Ended = true;
        }
        else
        {
            var known = Ascii.EqualsIgnoreCase(verb, "MAIL"u8) || Ascii.EqualsIgnoreCase(verb, "RCPT"u8)
                || Ascii.EqualsIgnoreCase(verb, "RSET"u8) || Ascii.EqualsIgnoreCase(verb, "HELO"u8);
            Write(known ? Ok : Unknown);
        }
    }

    private ReadOnlySpan<byte> TakeMail(ReadOnlySpan<byte> input)
    {
        var end = EndAcrossPieces(input);
        if (end < 0)
        {
            var found = input.IndexOf("\r\n.\r\n"u8);
            end = found < 0 ? -1 : found + 5;
        }

        var part = end < 0 ? input : input[..end];
        var start = part[..Math.Min(part.Length, _header.Length - _headerLength)];
        start.CopyTo(_header.AsSpan(_headerLength));
        _headerLength += start.Length;
        if (end < 0)
        {
            Hold(part);
            return [];
        }

        (_inMail, _heldLength) = (false, 0);
        kept?.Begin(this);
        kept?.Take(this, _header.AsSpan(0, _headerLength));
        kept?.End(this);
        arrivals.Add(Id());
        Write(Ok);
        return input[end..];
    }

    /// <returns>Where the end of the mail, which began in an earlier piece, ends in this one; or -1.</returns>
    private int EndAcrossPieces(ReadOnlySpan<byte> input)
    {
        if (_heldLength == 0)
            return -1;
        Span<byte> joined = stackalloc byte[8];
        _held.AsSpan(0, _heldLength).CopyTo(joined);
        var added = Math.Min(4, input.Length);
        input[..added].CopyTo(joined[_heldLength..]);
        var found = joined[..(_heldLength + added)].IndexOf("\r\n.\r\n"u8);
        return found < 0 ? -1 : found + 5 - _heldLength;
    }

    private void Hold(ReadOnlySpan<byte> part)
    {
        // The last four octets received so far; a piece may be shorter than that.
        Span<byte> last = stackalloc byte[8];
        _held.AsSpan(0, _heldLength).CopyTo(last);
        var added = part[^Math.Min(4, part.Length)..];
        added.CopyTo(last[_heldLength..]);
        var length = _heldLength + added.Length;
        _heldLength = Math.Min(4, length);
        last[(length - _heldLength)..length].CopyTo(_held);
    }

    private string Id()
    {
        ReadOnlySpan<byte> header = _header.AsSpan(0, _headerLength);
        string? received = null;
        var inReceived = false;
        foreach (var range in header.Split("\r\n"u8))
        {
            var line = header[range];
            if (line.IsEmpty)
                break;
            if (line.Length > 11 && Ascii.EqualsIgnoreCase(line[..11], "Message-Id:"u8))
                return Encoding.ASCII.GetString(line[11..]);
            if (line[0] is not ((byte)' ' or (byte)'\t'))
                inReceived = received is null && line.Length > 9 && Ascii.EqualsIgnoreCase(line[..9], "Received:"u8);
            if (inReceived)
                received ??= IdIn(line);
        }

        return received ?? throw new InvalidOperationException("a mail without Message-ID");
    }

    /// <summary>The word behind <c>id</c> (RFC 5321 §4.4).</summary>
    private static string? IdIn(ReadOnlySpan<byte> line)
    {
        var words = Encoding.ASCII.GetString(line).Split([' ', '\t', ';'], StringSplitOptions.RemoveEmptyEntries);
        var id = Array.IndexOf(words, "id");
        return id < 0 || id + 1 == words.Length ? null : words[id + 1];
    }
}
