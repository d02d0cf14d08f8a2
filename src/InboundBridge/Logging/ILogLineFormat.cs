using System.Buffers;

namespace InboundBridge.Logging;

/// <summary>Writes one event as one line with its line end. Used by any thread at once.</summary>
internal interface ILogLineFormat
{
    void Write(in LogEvent logEvent, IBufferWriter<byte> output);
}
