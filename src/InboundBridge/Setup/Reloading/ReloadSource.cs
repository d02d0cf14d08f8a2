using InboundBridge.Configuration.Sources;
using InboundBridge.Logging;

namespace InboundBridge.Setup.Reloading;

/// <summary>Where a reload reads the configuration, and what it uses for that.</summary>
/// <param name="Log">The process's log, whose level and secrets follow the configuration; null where it is not ours to change.</param>
internal sealed record ReloadSource(ConfigurationSource Source, ScriptWorkers Scripts, ApplianceLog? Log = null);
