using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace InboundBridge.Benchmarks.Wire;

/// <summary>
/// A session that sends mail after mail without pipelining, no earlier than its load wants, and times the reply to each mail.
/// </summary>
internal sealed class SmtpLoadConnection : LoopConnection
{
    private static readonly byte[] Ehlo = "EHLO load.test\r\n"u8.ToArray();
    private static readonly byte[] Sender = "MAIL FROM:<al@sender.test>\r\n"u8.ToArray();
    private static readonly byte[] Recipient = "RCPT TO:<support@example.com>\r\n"u8.ToArray();
    private static readonly byte[] Data = "DATA\r\n"u8.ToArray();
    private static readonly byte[] Quit = "QUIT\r\n"u8.ToArray();

    private readonly SmtpLoad _load;
    private readonly Func<int, LoadMail> _mails;
    private readonly byte[] _reply = new byte[4096];
    private int _replyLength;
    private LoadMail _mail;
    private int _number;
    private Step _step;
    private long _sentAt;

    /// <param name="run">The number of the run, which makes Message-IDs unique.</param>
    public SmtpLoadConnection(Socket socket, SmtpLoad load, string run)
        : this(socket, load, Numbered(run, load.Size))
    {
    }

    /// <param name="mails">The mail of a number; it must not change before its reply has come.</param>
    public SmtpLoadConnection(Socket socket, SmtpLoad load, Func<int, LoadMail> mails)
        : base(socket)
    {
        (_load, _mails) = (load, mails);
        load.Opened();
    }

    private enum Step
    {
        Greeting,
        Ehlo,
        Mail,
        Recipient,
        Data,
        Body,
        Quit,
    }

    public override void Take(ReadOnlySpan<byte> input)
    {
        while (!input.IsEmpty && !Ended)
        {
            var end = input.IndexOf((byte)'\n');
            var part = end < 0 ? input : input[..(end + 1)];
            if (_replyLength + part.Length > _reply.Length)
            {
                Fail("a reply of more than 4 KB");
                return;
            }

            part.CopyTo(_reply.AsSpan(_replyLength));
            _replyLength += part.Length;
            input = input[part.Length..];
            if (end < 0)
                return;
            var line = _reply.AsSpan(0, _replyLength).TrimEnd("\r\n"u8);
            // RFC 5321 §4.2.1: all lines except the last have a hyphen after the code.
            if (line.Length == 3 || (line.Length > 3 && line[3] == (byte)' '))
                Answer(line);
            _replyLength = 0;
        }
    }

    public override void PeerClosed(SocketError error)
    {
        if (!Ended)
            Fail($"closed at {_step}: {error}");
    }

    protected override void Sent()
    {
        if (_step == Step.Body)
            _sentAt = Stopwatch.GetTimestamp();
    }

    /// <summary>One mail for all numbers, in which only the number changes.</summary>
    private static Func<int, LoadMail> Numbered(string run, int size)
    {
        var (mail, numberAt) = Compose(run, size);
        return number =>
        {
            number.TryFormat(mail.AsSpan(numberAt, 8), out _, "00000000");
            return new LoadMail(Sender, mail);
        };
    }

    private static (byte[] Mail, int NumberAt) Compose(string run, int size)
    {
        const string Mark = "00000000";
        var header =
            $"From: <al@sender.test>\r\nTo: <support@example.com>\r\nSubject: a mail of a load\r\nMessage-ID: <{Mark}.{run}@load.test>\r\n\r\n";
        var text = new StringBuilder(header, header.Length + size + 100);
        for (var left = size; left > 0; left = header.Length + size - text.Length)
        {
            // Keep no single octet back: a line ends with two.
            text.Append('x', Math.Clamp(left - 2, 0, left == 73 ? 69 : 70)).Append("\r\n");
        }
        return (Encoding.ASCII.GetBytes(text.Append(".\r\n").ToString()), header.IndexOf(Mark, StringComparison.Ordinal));
    }

    private void Answer(ReadOnlySpan<byte> reply)
    {
        var expected = _step == Step.Data ? (byte)'3' : (byte)'2';
        if (reply[0] != expected)
        {
            Fail($"{_step}: {Encoding.ASCII.GetString(reply)}");
            return;
        }

        if (_step == Step.Body)
            _load.Took(Stopwatch.GetTimestamp() - _sentAt);
        switch (_step)
        {
            case Step.Greeting:
                Say(Step.Ehlo, Ehlo);
                break;
            case Step.Ehlo or Step.Body:
                BeginMail();
                break;
            case Step.Mail:
                Say(
                    Step.Recipient,
                    _load.CountsRecipients ? Encoding.ASCII.GetBytes($"RCPT TO:<{_number}support@example.com>\r\n") : Recipient);
                break;
            case Step.Recipient:
                Say(Step.Data, Data);
                break;
            case Step.Data:
                Say(Step.Body, _mail.Data);
                break;
            default:
                End();
                break;
        }
    }

    private void BeginMail()
    {
        if (_load.Next() is not { } number)
        {
            Say(Step.Quit, Quit);
            return;
        }
        (_number, _mail) = (number, _mails(number));
        if (_load.Due(number) is var due && due > Stopwatch.GetTimestamp())
            Loop!.At(due, this, static connection => ((SmtpLoadConnection)connection).SayMail());
        else
            SayMail();
    }

    private void SayMail() => Say(Step.Mail, _mail.Sender);

    private void Say(Step step, ReadOnlyMemory<byte> text)
    {
        _step = step;
        Write(text);
    }

    private void Fail(string what)
    {
        _load.Failed(what);
        End();
    }

    private void End()
    {
        Ended = true;
        _load.Closed();
    }
}
