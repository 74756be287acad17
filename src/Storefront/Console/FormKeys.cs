using System.Security.Cryptography;
using Doorbuster.Storefront.Rendering;

namespace Doorbuster.Storefront.Console;

internal static class FormKeys
{
    extension(PageRequest request)
    {
        /// <summary>For a form that is about to be shown: one intent, one key, however often it is sent.</summary>
        public string NewKey() => RandomNumberGenerator.GetHexString(32, lowercase: true);

        /// <summary>The key of the form that was sent; a new one for whoever wrote the form himself.</summary>
        public string SentKey() => request.Field("key") is { Length: > 0 } key ? key : request.NewKey();
    }
}
