using System.Globalization;
using InboundBridge.MailFlow.Spool.Moving;
using InboundBridge.Terminal;

namespace InboundBridge.Commands.Spools;

/// <summary>One line on a terminal that says how far a run has come; nothing elsewhere.</summary>
internal sealed class ProgressLine(CommandConsole console) : IProgress<MoveProgress>, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private const string EraseLine = "\r\u001b[K";

    private readonly bool _isShown = console.OutIsTerminal && console.UsesColour;
    private long _last;

    public void Report(MoveProgress value)
    {
        if (!_isShown || (_last != 0 && console.Time.GetElapsedTime(_last) < Interval))
            return;
        _last = console.Time.GetTimestamp();
        console.Error.Write(string.Create(
            CultureInfo.InvariantCulture, $"{EraseLine}{value.Messages:N0} mails, {value.Octets / 1048576:N0} MB {value.Doing}"));
    }

    public void Dispose()
    {
        if (_last != 0)
            console.Error.Write(EraseLine);
    }
}
