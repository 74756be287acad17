using System.Text.Json;
using System.Text.Json.Serialization;
using Doorbuster.Catalog.Import;
using Doorbuster.Platform.Web;

namespace Doorbuster.Catalog;

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, Converters = [typeof(UtcTimes)])]
[JsonSerializable(typeof(ListCategories.Response), TypeInfoPropertyName = "ListCategoriesResponse")]
[JsonSerializable(typeof(ListProducts.Response), TypeInfoPropertyName = "ListProductsResponse")]
[JsonSerializable(typeof(GetProduct.Response), TypeInfoPropertyName = "GetProductResponse")]
[JsonSerializable(typeof(SortedDictionary<string, string>))]
[JsonSerializable(typeof(ImportReport))]
[JsonSerializable(typeof(ExportReport))]
internal sealed partial class CatalogJson : JsonSerializerContext;
