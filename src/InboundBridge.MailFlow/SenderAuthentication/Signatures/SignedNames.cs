using System.Text;
using InboundBridge.MailFlow.SenderAuthentication.Signatures.Tags;

namespace InboundBridge.MailFlow.SenderAuthentication.Signatures;

/// <summary>Tag <c>h=</c>: the names of the signed fields.</summary>
internal static class SignedNames
{
    public static bool Has(ReadOnlySpan<byte> list, ReadOnlySpan<byte> name)
    {
        foreach (var range in list.Split((byte)':'))
        {
            if (Ascii.EqualsIgnoreCase(FoldingSpace.Trim(list[range]), name))
                return true;
        }
        return false;
    }
}
