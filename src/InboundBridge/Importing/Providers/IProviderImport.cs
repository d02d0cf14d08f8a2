using InboundBridge.Importing.Writing;
using InboundBridge.Yaml;

namespace InboundBridge.Importing.Providers;

/// <summary>Turns what a provider exported into rules and destinations. Problems are reported to the values that it reads with.</summary>
internal interface IProviderImport
{
    ImportedSet Read(YamlNode root);
}
