using System.Runtime.CompilerServices;
using OpenTelemetry;

namespace InboundBridge.Telemetry;

/// <summary>
/// Reads how many items a batch processor has dropped because its queue was full. The SDK counts them, but tells the number only in its
/// diagnostics, at the end; the property is internal. A test fails if a version of the SDK no longer has it.
/// </summary>
internal static class DroppedItems<T>
    where T : class
{
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_DroppedCount")]
    public static extern long Of(BatchExportProcessor<T> processor);
}
