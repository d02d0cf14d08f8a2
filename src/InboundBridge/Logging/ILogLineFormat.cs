using System.Buffers;

namespace InboundBridge.Logging;

/// <summary>Writes an event as one line with its line end. Called by several threads at the same time.</summary>
internal interface ILogLineFormat
{
    /// <summary>Whether the line of an event like this shows its message; if not, the message need not be formatted.</summary>
    bool ShowsMessage(LogLevel level, bool hasFields);

    void Write(in LogEvent logEvent, IBufferWriter<byte> output);
}
