using System.Text.Json;
using System.Text.Json.Serialization;
using InboundBridge.MailFlow.Spool.Json;

namespace InboundBridge.MailFlow.Spool.Moving.Format;

/// <summary>
/// The JSON of a file. Every property is written, and one that is unknown or missing is an error: whatever a version adds needs a new
/// version of the format, so that no older program drops it silently.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, Converters = [typeof(NotifyJson), typeof(StateJson)],
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true, MaxDepth = 16)]
[JsonSerializable(typeof(ExportHeader))]
[JsonSerializable(typeof(MessageRecord))]
[JsonSerializable(typeof(MovedDelivery))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
[JsonSerializable(typeof(IReadOnlyList<GreylistRecord>))]
[JsonSerializable(typeof(NoteRecord))]
[JsonSerializable(typeof(ExportTotals))]
internal sealed partial class ExportJson : JsonSerializerContext;
