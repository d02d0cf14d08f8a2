using System.Buffers;

namespace InboundBridge.Logging;

/// <summary>Writes one event as one line with its line end. Used by any thread at once.</summary>
internal interface ILogLineFormat
{
    /// <summary>Whether the words of such an event appear; else they need not be put together.</summary>
    bool ShowsMessage(LogLevel level, bool hasFields);

    void Write(in LogEvent logEvent, IBufferWriter<byte> output);
}
