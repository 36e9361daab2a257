// The words of a recipe that name a data file: the file counts by its content.
#pragma once

#include <string_view>

#include "engine/workflow/task_graph.h"

namespace sluice::plan {

/// Calls `visit(piece, name)`; the name is the flag before it, or the variable that it is part of.
template <typename Visit>
void for_each_data_piece(const workflow::Recipe& recipe, Visit visit) {
  std::string_view flag = "argument";
  for (const auto& word : recipe.argv)
    for (const workflow::Piece& piece : word.pieces) {
      if (piece.kind == workflow::Piece::Kind::text && piece.text.starts_with('-')) flag = piece.text;
      if (piece.kind == workflow::Piece::Kind::data_file) visit(piece, flag);
    }
  for (const auto& [name, word] : recipe.env)
    for (const workflow::Piece& piece : word.pieces)
      if (piece.kind == workflow::Piece::Kind::data_file) visit(piece, std::string_view(name));
}

}  // namespace sluice::plan
