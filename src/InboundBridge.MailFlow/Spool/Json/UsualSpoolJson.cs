using System.Text.Json;
using System.Text.Json.Serialization;
using InboundBridge.MailFlow.Spool.Contract;

namespace InboundBridge.MailFlow.Spool.Json;

/// <summary>
/// Writes the same as <see cref="SpoolJson"/> with less work, where no recipient has a NOTIFY. The converter for NOTIFY keeps the generator
/// from making code that writes without looking at each property's metadata.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    GenerationMode = JsonSourceGenerationMode.Serialization)]
[JsonSerializable(typeof(MailEnvelope))]
[JsonSerializable(typeof(IReadOnlyList<MailRecipient>))]
internal sealed partial class UsualSpoolJson : JsonSerializerContext
{
    public static bool CanWrite(IReadOnlyList<MailRecipient> recipients)
    {
        for (var index = 0; index < recipients.Count; index++)
        {
            if (recipients[index].Notify != default)
                return false;
        }
        return true;
    }

    public static byte[] Write(MailEnvelope envelope) => JsonSerializer.SerializeToUtf8Bytes(envelope, Default.MailEnvelope);

    public static byte[] Write(IReadOnlyList<MailRecipient> recipients) =>
        JsonSerializer.SerializeToUtf8Bytes(recipients, Default.IReadOnlyListMailRecipient);
}
