using System.Text.Encodings.Web;
using System.Text.Json;

namespace InboundBridge.Commands;

/// <summary>How commands print JSON.</summary>
internal static class CommandJson
{
    /// <summary>For people: indented, and letters beyond ASCII as they are.</summary>
    public static JsonSerializerOptions Indented { get; } =
        new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
