using System.ComponentModel;

namespace InboundBridge.Api.Json;

internal sealed record ReloadJson(
    string Version, IReadOnlyList<string> Problems,
    [property: Description(ReloadJson.RestartNeededText)] IReadOnlyList<string> RestartNeeded)
{
    public const string RestartNeededText =
        "Keys of the configuration that were changed since the start and take effect with the next one.";
}
