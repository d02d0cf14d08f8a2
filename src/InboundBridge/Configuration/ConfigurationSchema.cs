using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using InboundBridge.Configuration.Sections;

namespace InboundBridge.Configuration;

/// <summary>JSON Schema 2020-12 of the configuration, from the description that the reader itself uses.</summary>
internal static class ConfigurationSchema
{
    private static readonly JsonSerializerOptions Readable =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write()
    {
        var schema = new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "InboundBridge configuration",
        };
        foreach (var (name, value) in RootSection.Shape.Schema())
            schema[name] = value?.DeepClone();
        return schema.ToJsonString(Readable) + "\n";
    }
}
