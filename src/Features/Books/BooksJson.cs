using System.Text.Json;
using System.Text.Json.Serialization;

namespace Doorbuster.Books;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(WalletView))]
[JsonSerializable(typeof(MovementPage))]
[JsonSerializable(typeof(WalletData.Export), TypeInfoPropertyName = "WalletExport")]
[JsonSerializable(typeof(BookFindings))]
[JsonSerializable(typeof(ExportReport))]
internal sealed partial class BooksJson : JsonSerializerContext;
